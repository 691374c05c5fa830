extension TimeoutPolicy {
    public static let presets = [
        preset("production", seconds: 30, "Waits 30 s: room for a slow answer under load"),
        preset("development", seconds: 10, "Waits 10 s: what hangs is seen soon"),
    ]

    private static func preset(_ name: String, seconds: Int64, _ summary: String) -> Preset {
        Preset(
            name,
            summary + ", as the \(name) settings of the libraries that this server replaces.",
            ["timeout_ms": .integer(seconds * 1000)])
    }
}
