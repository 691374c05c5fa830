import TestSupport
import Testing

@testable import Resilience

@Suite("Known answers of the token bucket")
struct TokenBucketVectorTests {
    @Test(
        "are given, with and without a restart between every two steps", arguments: [false, true])
    func known(restarts: Bool) throws {
        let vector = try Self.vector()
        let limit = try #require(vector["limit"]?.object)
        let script = LimiterScript(
            [
                .greedy(
                    try #require(limit["quota"]?.integer),
                    per: try #require(limit["period_ms"]?.integer),
                    burst: limit["burst"]?.integer)
            ], restarts: restarts)
        try run(vector, script)
    }

    private func run(_ vector: JSONObject, _ script: LimiterScript) throws {
        var script = script
        let steps = try #require(vector["steps"]?.array)
        #expect(steps.count == 16)
        for (index, step) in steps.enumerated() {
            let step = try #require(step.object)
            try script.take(
                Step(
                    atMs: try #require(step["at_ms"]?.integer), call: .acquire,
                    cost: try #require(step["cost"]?.integer),
                    isAllowed: step["allowed"] == true,
                    remaining: try #require(step["remaining"]?.integer),
                    resetMs: try #require(step["reset_after_ms"]?.integer),
                    retryMs: step["retry_after_ms"]?.integer), index)
        }
    }

    private static func vector() throws -> JSONObject {
        let text = try Project.text("Tests/Vectors/token_bucket.json")
        let document = try JSONParser.parse(text)
        #expect(document.duplicates.isEmpty)
        return try #require(document.value.object)
    }
}
