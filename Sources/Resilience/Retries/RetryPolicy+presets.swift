extension RetryPolicy {
    public static let presets = [
        preset(
            "aggressive", attempts: 5, 200, atMost: 10_000,
            "For calls that must get through: 5 attempts, from 200 ms to 10 s, "
                + origin("aggressive")),
        preset(
            "conservative", attempts: 3, 1000, atMost: 5000,
            "For a target that needs rest: 3 attempts, from 1 s to 5 s, "
                + origin("conservative")),
        preset(
            "quick", attempts: 2, 100, atMost: 1000,
            "For callers that wait: 2 attempts, 100 ms apart, " + origin("quick")),
        preset(
            "network", attempts: 4, 100, atMost: 10_000, multiplier: 2,
            "For calls over a network: 4 attempts, from 100 ms, doubled, to 10 s, with jitter, "
                + origin("network")),
        preset(
            "database", attempts: 6, 50, atMost: 5000, multiplier: 1.5,
            "For contended databases: 6 attempts, from 50 ms, half as much again, to 5 s, with "
                + "jitter, " + origin("database")),
    ]

    /// Decorrelated delays are spread by themselves, and only exponential ones are multiplied:
    /// whoever asks for others does not have to take back what the preset says of it.
    public static func overlay(_ preset: JSONObject, with members: JSONObject) -> JSONObject {
        var preset = preset
        if members["backoff"] == .string(BackoffShape.decorrelated.rawValue) {
            preset["jitter"] = nil
        }
        if !isMultiplied(members) { preset["multiplier"] = nil }
        return preset.overlaid(by: members)
    }

    private static func origin(_ name: String) -> String {
        "as the \(name) retries of the libraries that this server replaces."
    }

    private static func preset(
        _ name: String, attempts: Int64, _ initialMs: Int64, atMost maximumMs: Int64,
        multiplier: Double? = nil, _ summary: String
    ) -> Preset {
        var spec: JSONObject = [
            "max_attempts": .integer(attempts), "initial_delay_ms": .integer(initialMs),
            "max_delay_ms": .integer(maximumMs),
        ]
        if let multiplier {
            spec["multiplier"] = .number(multiplier)
            spec["jitter"] = "full"
        }
        return Preset(name, summary, spec)
    }
}
