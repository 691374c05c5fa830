import Resilience

/// Timeouts on the command line.
enum TimeoutCLI: StatefulKindCLI {
    typealias State = NoKey

    static let kind = TimeoutPolicy.kind
    static let abstract = "See how long calls are waited for."
    static let example: (name: String, key: String?) = ("http", nil)

    static let keyColumns: [MemberColumn] = [
        .text("KEY", "key"), .number("TIMEOUT MS", "timeout_ms"), .number("SAMPLES", "samples"),
        .number("P50 MS", "p50_ms"), .number("P95 MS", "p95_ms"), .number("P99 MS", "p99_ms"),
    ]

    static let stateHelp = CommandHelp(
        "Show how long a call is waited for, and how long calls take.", examples: ["http"])

    static let resetHelp = CommandHelp(
        "Forget how long calls took.", "There is one state for all callers.",
        examples: ["http --all"])
}
