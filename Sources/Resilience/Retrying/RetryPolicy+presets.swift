extension RetryPolicy {
    /// The figures come from the retry settings of the libraries that this server replaces.
    public static let presets = [
        preset(
            "aggressive", attempts: 5, 200, atMost: 10_000,
            "For calls that must get through: 5 attempts, from 200 ms to 10 s."),
        preset(
            "conservative", attempts: 3, 1000, atMost: 5000,
            "For a target that needs rest: 3 attempts, from 1 s to 5 s."),
        preset(
            "quick", attempts: 2, 100, atMost: 1000,
            "For callers that wait: 2 attempts, 100 ms apart."),
        preset(
            "network", attempts: 4, 100, atMost: 10_000, multiplier: 2,
            "For calls over a network: 4 attempts, from 100 ms, doubled, to 10 s."),
        preset(
            "database", attempts: 6, 50, atMost: 5000, multiplier: 1.5,
            "For contended databases: 6 attempts, from 50 ms, half as much again, to 5 s."),
    ]

    private static func preset(
        _ name: String, attempts: Int64, _ initialMs: Int64, atMost maximumMs: Int64,
        multiplier: Double? = nil, _ summary: String
    ) -> Preset {
        var spec: JSONObject = [
            "max_attempts": .integer(attempts), "initial_delay_ms": .integer(initialMs),
            "max_delay_ms": .integer(maximumMs),
        ]
        if let multiplier { spec["multiplier"] = .number(multiplier) }
        return Preset(name, summary, spec)
    }
}
