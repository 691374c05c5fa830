import ArgumentParser
import Resilience

/// `limiters acquire`: may this call be made?
struct LimitersAcquire: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "acquire",
        abstract: "Ask a limiter whether a call may be made, and spend what it costs.",
        discussion: """
            Exits with 0 when it is allowed and with 10 when it is denied, so that scripts can \
            ask. A cost of 0 only looks.

            Examples:
              switchgear limiters acquire api user:1
              switchgear limiters acquire mail "$USER" --wait-ms 5000 && ./send-mail
            """)

    @Argument(help: "The limiter's name.")
    private var name: PathPart

    @Argument(help: "The key: a user, a host, an API key.")
    private var key: String

    @Option(help: "How much the call costs. (default: 1)")
    private var cost: Int64?

    @Option(help: "The tier, where the key has no assignment.")
    private var tier: String?

    @Option(
        name: .customLong("wait-ms"),
        help: "How long to wait at most until it is allowed. (default: 0)")
    private var waitMS: Int64?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var body: JSONObject = ["key": .string(key)]
        body["cost"] = cost.map { .integer($0) }
        body["tier"] = tier.map { .string($0) }
        body["wait_ms"] = waitMS.map { .integer($0) }
        var request = APIRequest(.post, ["limiters", name.text, "acquire"])
        request.body = .object(body)
        request.waitMS = waitMS ?? 0
        let response = try await client.send(request)
        try show(response) { Table(fields: Cell.fields(of: $0)).text }
        guard try response.document()["allowed"]?.bool == true else {
            throw ClientFailure(.denied)
        }
    }
}
