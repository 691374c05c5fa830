import Resilience
import TestSupport
import Testing

@Suite("Delays with jitter")
struct JitterTests {
    @Test(
        "lie where the schedule says, and are spread",
        arguments: [
            #""jitter": "full""#, #""jitter": "equal""#, #""jitter": "factor""#,
            #""backoff": "decorrelated""#,
        ])
    func bounds(_ member: String) async throws {
        try await TestServer.with { server in
            _ = try await server.send("PUT /v1/retries/r", #"{"spec": {\#(member)}}"#)
            let schedule = try await server.send("GET /v1/retries/r/schedule")
            let shortest = try #require(schedule.at("/delays/0/min_ms")?.integer)
            let longest = try #require(schedule.at("/delays/0/max_ms")?.integer)
            #expect(shortest < longest)
            var seen: Set<Int64> = []
            for _ in 1...50 {
                let reply = try await server.send(
                    "POST /v1/retries/r/next", #"{"attempt": 1, "status": 503}"#)
                let delay = try #require(reply.at("/delay_ms")?.integer)
                #expect((shortest...longest).contains(delay), "\(delay)")
                seen.insert(delay)
            }
            #expect(seen.count > 5)
        }
    }
}
