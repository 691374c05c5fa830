import Resilience
import TestSupport
import Testing

@Suite("What is told with an Idempotency-Key")
struct IdempotentOutcomeTests {
    /// A request, and where a figure stands that it changes each time it is done.
    struct Telling: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let body: String
        let look: String
        let figure: String

        init(_ line: String, _ body: String, _ look: String, _ figure: String) {
            testDescription = line
            self.body = body
            self.look = look
            self.figure = figure
        }
    }

    private static let tellings = [
        Telling(
            "POST /v1/limiters/p/refund", #"{"key": "k", "cost": 2}"#,
            "GET /v1/limiters/p/state?key=k", "/remaining"),
        Telling(
            "POST /v1/limiters/adaptive/outcomes", #"{"duration_ms": 9}"#,
            "GET /v1/limiters/adaptive/state?key=k", "/rate_per_second"),
        Telling(
            "POST /v1/breakers/p/acquire", "", "GET /v1/breakers/p/stats", "/totals/allowed"),
        Telling(
            "POST /v1/breakers/p/outcomes", #"{"outcome": "failure", "count": 3}"#,
            "GET /v1/breakers/p/state", "/counts/failures"),
        Telling(
            "POST /v1/retries/p/next", #"{"attempt": 1, "status": 503}"#,
            "GET /v1/retries/p/stats", "/totals/retried"),
        Telling(
            "POST /v1/retries/p/outcomes", #"{"outcome": "success", "attempts": 2}"#,
            "GET /v1/retries/p/stats", "/totals/successes"),
        Telling(
            "POST /v1/decisions",
            #"{"decisions": [{"kind": "limiter", "name": "p", "key": "k"}, {"kind": "no"}]}"#,
            "GET /v1/limiters/p/state?key=k", "/remaining"),
    ]

    private func withPolicies(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with { server in
            _ = try await server.send(
                "PUT /v1/limiters/p", #"{"spec": {"limits": [{"quota": 100}]}}"#)
            _ = try await server.send(
                "POST /v1/limiters/p/acquire", #"{"key": "k", "cost": 50}"#)
            _ = try await server.send(
                "PUT /v1/limiters/adaptive",
                #"""
                {"spec": {"limits": [{}], "adaptive": {"initial_per_second": 5,
                 "min_per_second": 1, "max_per_second": 9, "target_latency_ms": 1,
                 "window_size": 1}}}
                """#)
            _ = try await server.send("PUT /v1/breakers/p")
            _ = try await server.send("PUT /v1/retries/p")
            try await body(server)
        }
    }

    @Test("is taken down once, and answered the same each time", arguments: tellings)
    func once(_ telling: Telling) async throws {
        try await withPolicies { server in
            var figures: [JSONValue?] = []
            var bodies: Set<String> = []
            for key in ["a", "a", "b"] {
                let reply = try await server.send(
                    telling.testDescription, telling.body, ["Idempotency-Key": key])
                #expect(reply.status == 200, "\(reply.text)")
                #expect((reply["Idempotency-Replayed"] != nil) == (figures.count == 1))
                if key == "a" { bodies.insert(reply.text) }
                figures.append(try await server.send(telling.look).at(telling.figure))
            }
            #expect(bodies.count == 1)
            #expect(figures[0] != nil && figures[0] == figures[1] && figures[1] != figures[2])
        }
    }

    @Test("of a permit is settled once, and the answer is not that of a duplicate")
    func permit() async throws {
        try await withPolicies { server in
            let given = try await server.send("POST /v1/breakers/p/acquire")
            let permit = try #require(given.at("/permit")?.string)
            for isAgain in [false, true] {
                let reply = try await server.send(
                    "POST /v1/permits/\(permit)/outcome", #"{"outcome": "failure"}"#,
                    ["Idempotency-Key": "a"])
                #expect(reply.at("/counted") == true && reply.at("/reason") == .null)
                #expect((reply["Idempotency-Replayed"] != nil) == isAgain)
            }
            let state = try await server.send("GET /v1/breakers/p/state")
            #expect(state.at("/counts/failures") == 1)
        }
    }
}
