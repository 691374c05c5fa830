import Resilience
import TestSupport
import Testing

@Suite("Known answers of the token bucket over HTTP")
struct TokenBucketVectorTests {
    @Test(
        "are given, with and without a restart between every two steps", arguments: [false, true])
    func known(restarts: Bool) async throws {
        let vector = try JSONParser.parse(Project.text("Tests/Vectors/token_bucket.json")).value
        let limit = try #require(vector.at("/limit"))
        let steps = try #require(vector.at("/steps")?.array)
        #expect(steps.count == 16)
        try await TestServer.with { server in
            let policy: JSONValue = ["spec": ["limits": [limit]]]
            #expect(try await server.send("PUT /v1/limiters/v", policy.text).status == 201)
            var now: Int64 = 0
            for (index, step) in steps.enumerated() {
                if restarts { try await server.restart() }
                let at = try #require(step.at("/at_ms")?.integer)
                let span: JSONValue = ["ms": .integer(at - now)]
                #expect(try await server.send("POST /v1/clock/advance", span.text).status == 200)
                now = at
                let body: JSONValue = ["key": "k", "cost": step.at("/cost") ?? .null]
                let reply = try await server.send("POST /v1/limiters/v/acquire", body.text)
                for member in ["allowed", "remaining", "reset_after_ms", "retry_after_ms"] {
                    #expect(
                        reply.at("/\(member)") == step.at("/\(member)"), "step \(index) \(member)")
                }
            }
        }
    }
}
