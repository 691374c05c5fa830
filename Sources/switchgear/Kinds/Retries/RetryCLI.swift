import ArgumentParser
import Resilience

/// Retries on the command line.
enum RetryCLI: StatefulKindCLI {
    typealias State = NoKey

    static let kind = RetryPolicy.kind
    static let abstract = "Ask whether and when a failed call is tried again."
    static let commands: [any ParsableCommand.Type] = [RetriesNext.self, RetriesSchedule.self]
    static let example: (name: String, key: String?) = ("standard", nil)

    static let keyColumns: [MemberColumn] = [
        .text("KEY", "key"), .number("FIRST ATTEMPTS", "budget/first_attempts"),
        .number("RETRIES", "budget/retries"), .number("ALLOWED", "budget/allowed"),
        .number("REMAINING", "budget/remaining"),
    ]

    static let stateHelp = CommandHelp(
        "Show how many retries the budget has left, for all callers together.",
        "'budget' is empty where the policy has none.", examples: ["standard"])

    static let resetHelp = CommandHelp(
        "Reset the budget of a policy.", "There is one budget for all callers.",
        examples: ["standard --all"])
}
