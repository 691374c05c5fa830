import ArgumentParser
import Resilience

/// Limiters on the command line.
enum LimiterCLI: StatefulKindCLI, DecidingKindCLI {
    typealias State = LimiterStateArguments
    typealias Acquire = LimiterAcquireArguments

    static let kind = LimiterPolicy.kind
    static let abstract = "Ask limiters, and manage the state of their keys."
    static let commands: [any ParsableCommand.Type] = [LimitersTop.self, LimitersAssign.self]
    static let example: (name: String, key: String?) = ("api", "user:1")

    static let keyColumns: [MemberColumn] = [
        .text("KEY", "key"), .text("TIER", "tier"), .number("LIMIT", "limit"),
        .number("REMAINING", "remaining"), .number("RESET AFTER MS", "reset_after_ms"),
        .number("RETRY AFTER MS", "retry_after_ms"),
    ]

    static let acquireHelp = CommandHelp(
        "Ask a limiter whether a call may be made, and spend what it costs.",
        """
        Exits with 0 when it is allowed and with 10 when it is denied, so that scripts can ask. A \
        cost of 0 only looks.
        """,
        examples: ["api user:1", "mail \"$USER\" --wait-ms 5000 && ./send-mail"])

    static let stateHelp = CommandHelp(
        "Show the state of one key, as an acquire would answer.",
        """
        Spends nothing. 'accounts' shows what is left in each tier of which something is spent, \
        'assignment' what the key was assigned, if anything.
        """,
        examples: ["api user:1", "api user:1 --cost 10"])

    static let resetHelp = CommandHelp(
        "Reset the state of one key, or of all keys.", "Assignments stay.",
        examples: ["api user:1 --reason \"goodwill\"", "api --all"])
}

/// The call that the state is shown for.
struct LimiterStateArguments: StateArguments {
    @Argument(help: "The key: a user, a host, an API key.")
    private var key: String

    @Option(help: "The tier, where the key has no assignment.")
    private var tier: String?

    @Option(help: "How much the call would cost. (default: 1)")
    private var cost: Int64?

    var query: [(name: String, value: String?)] {
        [("key", key), ("tier", tier), ("cost", cost.map { String($0) })]
    }
}

/// What a limiter is asked.
struct LimiterAcquireArguments: AcquireArguments {
    @Argument(help: "The key: a user, a host, an API key.")
    private var key: String

    @Option(help: "How much the call costs. (default: 1)")
    private var cost: Int64?

    @Option(help: "The tier, where the key has no assignment.")
    private var tier: String?

    @Option(
        name: .customLong("wait-ms"),
        help: "How long to wait at most until it is allowed. (default: 0)")
    private var wait: Int64?

    var body: JSONObject {
        var body: JSONObject = ["key": .string(key)]
        body["cost"] = cost.map { .integer($0) }
        body["tier"] = tier.map { .string($0) }
        body["wait_ms"] = wait.map { .integer($0) }
        return body
    }

    var waitMS: Int64 { wait ?? 0 }
}

/// `limiters top`: the heaviest keys.
struct LimitersTop: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "List the keys that were denied, or allowed, the most.",
        discussion: """
            They are counted in bounded memory: COUNT is at most ERROR too high.

            Examples:
              switchgear limiters top api
              switchgear limiters top api --by allowed --limit 5
            """)

    @Argument(help: "The limiter's name.")
    private var name: PathPart

    @Option(help: "Which calls count: denied or allowed. (default: denied)")
    private var by: String?

    @Option(help: "At most so many keys. (default: 20)")
    private var limit: Int64?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, ["limiters", name.text, "top"])
        request.query = [("by", by), ("limit", limit.map { String($0) })]
        try show(try await client.send(request)) { answer in
            Table(
                of: (answer["keys"]?.array ?? []).compactMap(\.object),
                [.text("KEY", "key"), .number("COUNT", "count"), .number("ERROR", "error")]
            ).text
        }
    }
}
