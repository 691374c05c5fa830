import Resilience

/// Nanoseconds of single operations of the core, on one thread.
@main
enum Core {
    static func main() throws {
        try measureLimiter("token bucket, greedy", ["limits": [limit]])
        try measureLimiter("token bucket, interval", ["refill": "interval", "limits": [limit]])
        try measureLimiter("fixed window", ["algorithm": "fixed_window", "limits": [limit]])
        try measureLimiter("sliding window", ["algorithm": "sliding_window", "limits": [limit]])
        try measureLimiter("three token buckets", ["limits": [limit, limit, limit]])
        let body = Array(#"{"key":"user:1","cost":1}"#.utf8)
        measure("parse the body of a call") { _ in blackHole(try? JSONParser.parse(body)) }
        measure("write an answer of 12 members") { index in
            var writer = JSONWriter()
            writer.object { writer in
                for name in names { writer.member(name, Int64(index)) }
            }
            blackHole(writer.bytes)
        }
    }

    private static let limit: JSONValue = ["quota": 1_000_000, "period_ms": 1000]
    private static let names = [
        "allowed", "key", "tier", "cost", "limit", "remaining", "reset_after_ms",
        "retry_after_ms", "reason", "waited_ms", "policy_version", "when_unreachable",
    ]

    private static func measureLimiter(_ name: String, _ spec: JSONValue) throws {
        var reader = SpecReader()
        guard let policy: LimiterPolicy = reader.read(from: spec),
            let allowance = policy.allowances[policy.tierByDefault]
        else { throw reader.faults[0] }
        let tier = Tier(name: "default", allowance, since: .epoch)
        var state = LimiterState(at: .epoch)
        measure("acquire: \(name)") { index in
            let now = Instant(nanoseconds: Int64(index) * 1000)
            blackHole(state.acquire(1, tier, at: now))
        }
    }

    private static func measure(_ name: String, _ body: (Int) -> Void) {
        let count = 1_000_000
        for index in 0..<(count / 10) { body(index) }
        let start = ContinuousClock.now
        for index in 0..<count { body(index + count / 10) }
        let took = start.duration(to: .now)
        let nanoseconds = took / count / Duration.nanoseconds(1)
        let padding = String(repeating: " ", count: max(0, 34 - name.count))
        print("\(name)\(padding)\(Int(nanoseconds.rounded())) ns")
    }

    @inline(never)
    private static func blackHole<Value>(_ value: Value) {}
}
