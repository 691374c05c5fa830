import ArgumentParser
import Resilience

/// `limiters assign`: gives one key a tier or limit of its own, or takes it away.
struct LimitersAssign: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Give one key a tier or a limit of its own.",
        discussion: """
            An assignment wins over the tier that a call names. It replaces the key's \
            assignment of before.

            Examples:
              switchgear limiters assign api user:1 --tier pro
              switchgear limiters assign api user:1 --quota 500 --period-ms 60000
              switchgear limiters assign api user:1 --remove
            """)

    @Argument(help: "The limiter's name.")
    private var name: PathPart

    @Argument(help: "The key: a user, a host, an API key.")
    private var key: PathPart

    @OptionGroup private var assignment: AssignmentOptions
    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let path = ["limiters", name.text, "assignments", key.text]
        guard !assignment.remove else {
            var request = APIRequest(.delete, path)
            request.reason = reason
            _ = try await client.send(request)
            if !options.isJSON {
                try Output.line("removed the assignment of \(Printable.escape(key.text))")
            }
            return
        }
        var request = APIRequest(.put, path)
        request.body = .object(assignment.body)
        request.reason = reason
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}

/// What a key is assigned: exactly one of a tier, no limit, a block, or a limit of its own.
struct AssignmentOptions: ParsableArguments {
    @Option(help: "Assign a tier of the limiter.")
    private var tier: String?

    @Flag(help: "Assign no limit at all.")
    private var unlimited = false

    @Flag(help: "Deny every call.")
    private var blocked = false

    @Option(help: "Assign a limit of its own: so much per period.")
    private var quota: Int64?

    @Option(name: .customLong("period-ms"), help: "The period of --quota, in milliseconds.")
    private var periodMS: Int64?

    @Option(help: "How much may be spent at once. (token buckets only, default: --quota)")
    private var burst: Int64?

    @Option(help: "When the assignment ends, as 2026-01-31T12:00:00Z. (default: never)")
    private var expiresAt: String?

    @Option(help: "Why, for the record.")
    private var note: String?

    @Flag(help: "Remove the key's assignment.")
    private(set) var remove = false

    mutating func validate() throws {
        let choices = [tier != nil, unlimited, blocked, quota != nil, remove].count { $0 }
        guard choices == 1 else {
            throw ValidationError(
                "Give exactly one of --tier, --unlimited, --blocked, --quota and --remove.")
        }
        guard (quota == nil) == (periodMS == nil), burst == nil || quota != nil else {
            throw ValidationError(
                "A limit needs both --quota and --period-ms; --burst is optional.")
        }
        guard !remove || (expiresAt == nil && note == nil) else {
            throw ValidationError("--remove takes no --expires-at and no --note.")
        }
    }

    /// The assignment as the server takes it.
    var body: JSONObject {
        var body = JSONObject()
        body["tier"] = tier.map { .string($0) }
        body["unlimited"] = unlimited ? true : nil
        body["blocked"] = blocked ? true : nil
        if let quota, let periodMS {
            var limit: JSONObject = [
                "quota": .integer(quota), "period_ms": .integer(periodMS),
            ]
            limit["burst"] = burst.map { .integer($0) }
            body["limits"] = [.object(limit)]
        }
        body["expires_at"] = expiresAt.map { .string($0) }
        body["note"] = note.map { .string($0) }
        return body
    }
}
