import Resilience
import TestSupport
import Testing

@Suite("A kind of its own in a guard")
struct CounterGuardTests {
    /// Runs `body` with a guard of a counter with two places for each user and a bulkhead with one
    /// slot.
    private func withGuard(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.withCounters { server in
            try await server.putCounter(limit: 2)
            let bulkhead = #"{"spec": {"max_concurrent": 1}}"#
            _ = try await server.send("PUT /v1/bulkheads/db", bulkhead)
            let spec = #"{"counter": {"name": "jobs", "key": "{user}"}, "bulkhead": "db"}"#
            let put = try await server.send("PUT /v1/guards/checkout", #"{"spec": \#(spec)}"#)
            #expect(put.status == 201, "\(put.text)")
            #expect(put.at("/effective/counter") == ["name": "jobs", "key": "{user}"])
            try await body(server)
        }
    }

    private func ask(_ server: TestServer) async throws -> HTTPReply {
        try await server.send(
            "POST /v1/guards/checkout/acquire?explain=true", #"{"attributes": {"user": "u"}}"#)
    }

    private func held(_ server: TestServer) async throws -> JSONValue? {
        try await server.send("GET /v1/counters/jobs/state?key=u").at("/held")
    }

    @Test("is charged with the other parts or not at all, and says so step by step")
    func steps() async throws {
        try await withGuard { server in
            let first = try await ask(server)
            #expect(first.at("/allowed") == true)
            #expect(first.at("/steps/0/kind") == "bulkhead")
            #expect(first.at("/steps/1/kind") == "counter" && first.at("/steps/1/name") == "jobs")
            #expect(first.at("/steps/1/key") == "u" && first.at("/steps/1/held") == 1)
            let denied = try await ask(server)
            #expect(denied.at("/denied_by/kind") == "bulkhead")
            #expect(try await held(server) == 1)
            let permit = try #require(first.at("/permit")?.string)
            let settled = try await server.send(
                "POST /v1/permits/\(permit)/outcome", #"{"outcome": "success"}"#)
            #expect(settled.at("/counted") == true)
            #expect(try await held(server) == 0)
        }
    }

    @Test("denies the call, and then nothing is charged")
    func denies() async throws {
        try await withGuard { server in
            for _ in 1...2 { _ = try await server.count(key: "u") }
            let denied = try await ask(server)
            #expect(
                denied.at("/denied_by")
                    == ["kind": "counter", "name": "jobs", "reason": "exhausted"])
            #expect(denied.at("/retry_after_ms") == 60_000)
            let slots = try await server.send("GET /v1/bulkheads/db/state")
            #expect(slots.at("/in_use") == 0)
            let stats = try await server.send("GET /v1/counters/jobs/stats")
            #expect(stats.at("/totals/denied") == 1)
        }
    }

    @Test("must be there, and stays while a guard names it")
    func references() async throws {
        try await withGuard { server in
            let missing = try await server.send(
                "PUT /v1/guards/other", #"{"spec": {"counter": "none"}}"#)
            #expect(missing.status == 422 && missing.at("/errors/0/pointer") == "/spec/counter")
            #expect(try await server.send("DELETE /v1/counters/jobs").status == 409)
        }
    }
}
