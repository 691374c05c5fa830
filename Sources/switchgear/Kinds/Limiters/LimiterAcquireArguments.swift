import ArgumentParser
import Resilience

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
