import ArgumentParser
import Resilience

/// `guards acquire`: may this call be made, as far as all parts of a guard are concerned?
struct GuardsAcquire: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "acquire",
        abstract: "Ask all policies of a guard whether a call may be made.",
        discussion: """
            When all allow it, all are charged, and the answer has a permit; else none is. Exits \
            with 0 when it is allowed and with 10 when it is denied. What is allowed holds its \
            slot until the permit is settled, or its time is over.

            Examples:
              switchgear guards acquire checkout --attribute user=1 --attribute host=eu-1
              switchgear guards acquire checkout --attribute user=1 --explain
            """)

    @Argument(help: "The guard's name.")
    private var name: PathPart

    @Option(
        name: .customLong("attribute"),
        help: "What the call says of itself, as name=value; may be given several times.")
    private var attributes: [AttributeArgument] = []

    @Option(help: "How much the call costs with each limiter; 0 looks. (default: 1)")
    private var cost: Int64?

    @Option(help: "Which attempt it is; the first call is 1. (default: 1)")
    private var attempt: Int64?

    @Option(
        name: .customLong("wait-ms"),
        help: "How long to wait at most until it is allowed. (default: 0)")
    private var waitMS: Int64?

    @Option(help: "Who asks.")
    private var reporter: String?

    @Flag(help: "Show what each part says.")
    private var explain = false

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var body: JSONObject = ["attributes": AttributeArgument.document(attributes)]
        body["cost"] = cost.map { .integer($0) }
        body["attempt"] = attempt.map { .integer($0) }
        body["wait_ms"] = waitMS.map { .integer($0) }
        body["reporter"] = reporter.map { .string($0) }
        var request = APIRequest(.post, ["guards", name.text, "acquire"])
        if explain { request.query = [("explain", "true")] }
        request.body = .object(body)
        request.waitMS = waitMS ?? 0
        let response = try await client.send(request)
        try show(response, as: Self.text)
        guard try response.document()["allowed"]?.bool == true else {
            throw ClientFailure(.denied)
        }
    }

    /// The answer, and under it a line for each part where it is explained.
    private static func text(_ answer: JSONObject) -> String {
        var rest = answer
        rest["steps"] = nil
        let fields = Table(fields: Cell.fields(of: rest)).text
        guard let steps = answer["steps"]?.array else { return fields }
        var table = Table([
            .text("PART"), .text("KEY"), .text("ALLOWED"), .text("REASON"),
            .number("RETRY AFTER MS"),
        ])
        for step in steps.compactMap(\.object) {
            let names = ["key", "allowed", "reason", "retry_after_ms"]
            table.add([Cell.policy(step)] + names.map { Cell.text(step[$0]) })
        }
        return fields + "\n" + table.text
    }
}
