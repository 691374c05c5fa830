extension BreakerPolicy {
    public static let presets = [
        consecutive(
            "production", failures: 5, openMs: 60_000,
            "Opens after 5 failures in a row, for a minute: patient with a single bad answer, as "
                + "the production settings of the libraries that this server replaces."),
        consecutive(
            "development", failures: 3, openMs: 30_000,
            "Opens after 3 failures in a row, for half a minute: quick to see at work, as the "
                + "development settings of the libraries that this server replaces."),
    ]

    private static func consecutive(
        _ name: String, failures: Int64, openMs: Int64, _ summary: String
    ) -> Preset {
        Preset(
            name, summary,
            [
                "window": ["type": "consecutive"], "failure_threshold": .integer(failures),
                "open_duration_ms": .integer(openMs),
            ])
    }
}
