import ArgumentParser
import Resilience

/// Breakers on the command line.
enum BreakerCLI: StatefulKindCLI, DecidingKindCLI {
    typealias State = OptionalKey
    typealias Acquire = BreakerAcquireArguments

    static let kind = BreakerPolicy.kind
    static let abstract = "Show breakers, and open or close them by hand."
    static let commands: [any ParsableCommand.Type] = [BreakersForce.self, BreakersRelease.self]
    static let example: (name: String, key: String?) = ("payments", "db-1")

    static let keyColumns: [MemberColumn] = [
        .text("KEY", "key"), .text("STATE", "state"), .text("SINCE", "since_at"),
        .number("FAILURE RATE", "failure_rate"), .number("OPENED", "times_opened"),
        .number("RETRY AFTER MS", "retry_after_ms"),
    ]

    static let acquireHelp = CommandHelp(
        "Ask a breaker whether a call may be made.",
        """
        Exits with 0 when it is allowed and with 10 when it is denied, so that scripts can ask. \
        Tell how the call went with 'permits settle'.
        """,
        examples: ["payments", "payments db-1 --reporter \"$HOSTNAME\""])

    static let stateHelp = CommandHelp(
        "Show the state of a key's breaker, and the calls it has counted.",
        "This takes no probe of a half-open breaker.",
        examples: ["payments", "payments db-1 --json"])

    static let keysHelp = CommandHelp(
        "List the states of the breakers of all live keys.", examples: ["payments"])

    static let resetHelp = CommandHelp(
        "Reset the breaker of one key, or of all keys: closed, with nothing counted.",
        examples: ["payments db-1 --reason \"replaced\"", "payments --all"])
}

/// What a breaker is asked.
struct BreakerAcquireArguments: AcquireArguments {
    @Argument(help: "The key; the empty key where it is left out.")
    private var key = ""

    @Option(help: "Who asks.")
    private var reporter: String?

    var body: JSONObject {
        var body: JSONObject = ["key": .string(key)]
        body["reporter"] = reporter.map { .string($0) }
        return body
    }
}
