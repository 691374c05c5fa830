extension LimiterPolicy {
    public static let presets = [
        perMinute("search", 30, "Search requests of one caller: 30 a minute"),
        perMinute("embed", 60, "Embedding requests of one caller: 60 a minute"),
        perMinute("transform", 10, "Costly transformations of one caller: 10 a minute"),
        perMinute("health_check", 10, "Health checks of one target: 10 a minute"),
    ]

    private static func perMinute(_ name: String, _ quota: Int64, _ summary: String) -> Preset {
        Preset(
            name, summary + ", as the libraries that this server replaces limit them.",
            ["limits": [["quota": .integer(quota), "period_ms": 60_000]]])
    }
}
