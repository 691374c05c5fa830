import ArgumentParser
import Resilience

/// `bulkheads acquire`: is there a slot for this call?
struct BulkheadsAcquire: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "acquire",
        abstract: "Ask a bulkhead for a slot, and hold it.",
        discussion: """
            Exits with 0 when there is one and with 10 when there is none, so that scripts can \
            ask. The slot is free again when its permit is settled or given back, and when its \
            lease ends.

            Examples:
              switchgear bulkheads acquire db
              switchgear bulkheads acquire exports nightly --wait-ms 5000 --holder "$HOSTNAME"
            """)

    @Argument(help: "The bulkhead's name.")
    private var name: PathPart

    @Argument(help: "The key; the empty key where it is left out.")
    private var key = ""

    @Option(
        name: .customLong("wait-ms"),
        help: "How long to wait at most for a slot. (default: as long as the policy lets it)")
    private var waitMS: Int64?

    @Option(
        name: .customLong("lease-ms"),
        help: "How long to hold it at most. (default: as long as the policy has it)")
    private var leaseMS: Int64?

    @Option(help: "Who asks, for those who look at the slots.")
    private var holder: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var body: JSONObject = ["key": .string(key)]
        body["wait_ms"] = waitMS.map { .integer($0) }
        body["lease_ms"] = leaseMS.map { .integer($0) }
        body["holder"] = holder.map { .string($0) }
        var request = APIRequest(.post, ["bulkheads", name.text, "acquire"])
        request.body = .object(body)
        request.waitMS = waitMS ?? Bounds.waitsMilliseconds.upperBound
        let response = try await client.send(request)
        try show(response) { Table(fields: Cell.fields(of: $0)).text }
        guard try response.document()["allowed"]?.bool == true else {
            throw ClientFailure(.denied)
        }
    }
}
