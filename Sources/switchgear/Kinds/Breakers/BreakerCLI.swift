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

/// `breakers force`: forces a key's breaker open or closed.
struct BreakersForce: ClientCommand {
    /// Where a breaker may be put.
    enum Position: String, CaseIterable, ExpressibleByArgument {
        case open, closed
        case forcedOpen = "forced_open"
        case forcedClosed = "forced_closed"
    }

    static let configuration = CommandConfiguration(
        commandName: "force",
        abstract: "Force a key's breaker open or closed.",
        discussion: """
            forced_open and forced_closed hold until they are released, or until --until. After \
            open and closed the breaker works as usual again.

            Examples:
              switchgear breakers force payments forced_open --reason "maintenance"
              switchgear breakers force payments forced_open db-1 --until 2026-02-01T06:00:00Z
            """)

    @Argument(help: "The breaker's name.")
    private var name: PathPart

    @Argument(help: "open, closed, forced_open or forced_closed.")
    private var state: Position

    @Argument(help: "The key; the empty key where it is left out.")
    private var key = ""

    @Option(help: "When the forced state ends, as 2026-02-01T06:00:00Z. (default: never)")
    private var until: String?

    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.put, ["breakers", name.text, "state"])
        request.query = [("key", key)]
        request.body = [
            "state": .string(state.rawValue), "until_at": JSONValue(until),
            "reason": JSONValue(reason),
        ]
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}

/// `breakers release`: ends a forced state.
struct BreakersRelease: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "End a forced state: closed, with nothing counted.",
        discussion: """
            Example:
              switchgear breakers release payments
            """)

    @Argument(help: "The breaker's name.")
    private var name: PathPart

    @OptionGroup private var key: OptionalKey

    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.delete, ["breakers", name.text, "state"])
        request.query = key.query
        request.reason = reason
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
