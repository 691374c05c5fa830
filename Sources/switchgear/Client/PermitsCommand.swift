import ArgumentParser
import Resilience

/// The commands about permits, which calls that were allowed are given.
struct PermitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "permits",
        abstract: "Settle, renew or give back the permits of allowed calls.",
        subcommands: [PermitsSettle.self, PermitsRenew.self, PermitsRelease.self])
}

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

/// `permits renew`: renews the lease of a permit.
struct PermitsRenew: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Renew the lease of a permit.",
        discussion: """
            What an allowed call holds, such as a slot, is free again when its lease ends. This \
            starts the lease anew; it lasts at most as long as the policy allows.

            Examples:
              switchgear permits renew "$PERMIT"
              switchgear permits renew "$PERMIT" --lease-ms 10000
            """)

    @Argument(help: "The permit, as the answer had it.")
    private var permit: PathPart

    @Option(help: "How long from now, in milliseconds. (default: what the policy gives)")
    private var leaseMs: Int64?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, ["permits", permit.text, "renew"])
        request.body = ["lease_ms": JSONValue(leaseMs)]
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}

/// `permits release`: gives a permit back uncounted.
struct PermitsRelease: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Give back the permit of a call that was never made.",
        discussion: """
            What it holds, such as a slot, is free at once. Giving back a permit that was \
            settled, or has expired, changes nothing.

            Example:
              switchgear permits release "$PERMIT"
            """)

    @Argument(help: "The permit, as the answer had it.")
    private var permit: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        _ = try await client.send(APIRequest(.delete, ["permits", permit.text]))
        if !options.isJSON { try Output.line("released") }
    }
}
