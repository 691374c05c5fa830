import ArgumentParser
import Resilience

/// `permits settle`: reports how an allowed call went.
struct PermitsSettle: ClientCommand {
    /// How a call may have gone.
    enum Result: String, CaseIterable, ExpressibleByArgument {
        case success, failure, timeout, ignored
    }

    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Report how an allowed call went.",
        discussion: """
            A permit is settled once. The answer says whether the outcome was counted, and if \
            not, why.

            Examples:
              switchgear permits settle "$PERMIT" success --duration-ms 40
              switchgear permits settle "$PERMIT" failure --error-type network --error-status 502
            """)

    @Argument(help: "The permit, as the answer had it.")
    private var permit: PathPart

    @Argument(help: "success, failure, timeout or ignored.")
    private var outcome: Result

    @Option(help: "How long the call took, in milliseconds.")
    private var durationMs: Int64?

    @Option(help: "The type of the error.")
    private var errorType: String?

    @Option(help: "The message of the error.")
    private var errorMessage: String?

    @Option(help: "The HTTP status, where there was one.")
    private var errorStatus: Int64?

    @Option(help: "Who reports it.")
    private var reporter: String?

    @Option(help: "How long ago the first attempt began, in milliseconds.")
    private var elapsedMs: Int64?

    @Option(help: "What Retry-After said: seconds, or a date of HTTP.")
    private var retryAfter: String?

    @Option(help: "The delay before this attempt, in milliseconds.")
    private var previousDelayMs: Int64?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, ["permits", permit.text, "outcome"])
        request.body = .object(body)
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }

    private var body: JSONObject {
        let error: JSONObject = [
            "type": JSONValue(errorType), "message": JSONValue(errorMessage),
            "status": JSONValue(errorStatus),
        ]
        let hasError = error.contains { $0.value != .null }
        return [
            "outcome": .string(outcome.rawValue), "duration_ms": JSONValue(durationMs),
            "error": hasError ? .object(error) : .null, "reporter": JSONValue(reporter),
            "elapsed_ms": JSONValue(elapsedMs), "retry_after": JSONValue(retryAfter),
            "previous_delay_ms": JSONValue(previousDelayMs),
        ]
    }
}
