import Resilience
import TestSupport
import Testing

@Suite("Known answers of backoff over HTTP")
struct BackoffVectorTests {
    @Test(
        "are given, with and without a restart between every two steps", arguments: [false, true])
    func known(restarts: Bool) async throws {
        let vector = try JSONParser.parse(Project.text("Tests/Vectors/backoff.json")).value
        let cases = try #require(vector.at("/cases")?.array)
        #expect(cases.count == 6)
        try await TestServer.with { server in
            for one in cases {
                guard let delays = one.at("/delays")?.array?.compactMap(\.integer) else { continue }
                var spec = try #require(one.at("/spec")?.object)
                if spec["jitter"] == nil { spec["jitter"] = "none" }
                spec["max_attempts"] = 100
                let policy: JSONValue = ["spec": .object(spec)]
                #expect(try await server.send("PUT /v1/retries/v", policy.text).status < 300)
                for (index, delay) in delays.enumerated() {
                    if restarts { try await server.restart() }
                    let body: JSONValue = ["attempt": .integer(Int64(index) + 1), "status": 503]
                    let reply = try await server.send("POST /v1/retries/v/next", body.text)
                    #expect(reply.at("/delay_ms") == .integer(delay), "\(one.text)")
                }
            }
        }
    }
}
