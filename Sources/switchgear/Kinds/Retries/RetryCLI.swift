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

/// `retries next`: whether and when a failed call is tried again.
struct RetriesNext: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "next",
        abstract: "Ask whether and when a failed call is tried again.",
        discussion: """
            Exits with 10 if it is not to be tried again.

            Examples:
              switchgear retries next standard 1 --status 503
              switchgear retries next standard 2 --error timeout --retry-after 5
            """)

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @Argument(help: "Which attempt failed; the first call is 1.")
    private var attempt: Int64

    @Option(help: "The HTTP status, where there was one.")
    private var status: Int64?

    @Option(help: "The name of the error, where there was one.")
    private var error: String?

    @Option(help: "How long ago the first attempt began, in milliseconds.")
    private var elapsedMs: Int64?

    @Option(help: "What Retry-After said: seconds, or a date of HTTP.")
    private var retryAfter: String?

    @Option(help: "The delay before this attempt, in milliseconds.")
    private var previousDelayMs: Int64?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, ["retries", name.text, "next"])
        request.body = [
            "attempt": .integer(attempt), "status": JSONValue(status), "error": JSONValue(error),
            "elapsed_ms": JSONValue(elapsedMs), "retry_after": JSONValue(retryAfter),
            "previous_delay_ms": JSONValue(previousDelayMs),
        ]
        let response = try await client.send(request)
        try show(response) { Table(fields: Cell.fields(of: $0)).text }
        guard try response.document()["retry"] == true else { throw ExitCode(10) }
    }
}

/// `retries schedule`: the delays that a policy comes to.
struct RetriesSchedule: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Show the delay after each failed attempt, and its bounds with jitter.",
        discussion: """
            Example:
              switchgear retries schedule standard
            """)

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, ["retries", name.text, "schedule"])
        try show(try await client.send(request)) { document in
            Table(
                of: (document["delays"]?.array ?? []).compactMap(\.object),
                [
                    .number("AFTER ATTEMPT", "attempt"), .number("DELAY MS", "delay_ms"),
                    .number("SHORTEST", "min_ms"), .number("LONGEST", "max_ms"),
                ]
            ).text
        }
    }
}
