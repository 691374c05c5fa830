import ArgumentParser
import Resilience

/// What a bulkhead is asked.
struct BulkheadAcquireArguments: AcquireArguments {
    @Argument(help: "The key; the empty key where it is left out.")
    private var key = ""

    @Option(
        name: .customLong("wait-ms"),
        help: "How long to wait at most for a slot. (default: as long as the policy lets it)")
    private var wait: Int64?

    @Option(
        name: .customLong("lease-ms"),
        help: "How long to hold it at most. (default: as long as the policy has it)")
    private var lease: Int64?

    @Option(help: "Who asks, for those who look at the slots.")
    private var holder: String?

    var body: JSONObject {
        var body: JSONObject = ["key": .string(key)]
        body["wait_ms"] = wait.map { .integer($0) }
        body["lease_ms"] = lease.map { .integer($0) }
        body["holder"] = holder.map { .string($0) }
        return body
    }

    // Without one of its own a call waits as long as the policy lets it, which is not known here.
    var waitMS: Int64 { wait ?? Bounds.waitsMilliseconds.upperBound }
}
