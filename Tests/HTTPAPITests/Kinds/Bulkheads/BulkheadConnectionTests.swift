import Resilience
import TestSupport
import Testing

@Suite("Calls that wait for a slot, over HTTP")
struct BulkheadConnectionTests {
    /// A server with a bulkhead whose only slot is held by the permit.
    private func withFullBulkhead(
        _ body: (TestServer, _ permit: String) async throws -> Void
    ) async throws {
        try await TestServer.with { server in
            let spec = #"{"spec": {"max_concurrent": 1, "max_queue": 50, "max_wait_ms": 60000}}"#
            _ = try await server.send("PUT /v1/bulkheads/db", spec)
            let first = try await server.send("POST /v1/bulkheads/db/acquire", "{}")
            try await body(server, try #require(first.at("/permit")?.string))
        }
    }

    private func settle(_ permit: String, _ server: TestServer) async throws {
        let path = "POST /v1/permits/\(permit)/outcome"
        let reply = try await server.send(path, #"{"outcome": "success"}"#)
        #expect(reply.at("/counted") == true)
    }

    /// Looks until so many calls wait.
    private func waitForLine(of count: Int, _ server: TestServer) async throws {
        while true {
            let state = try await server.send("GET /v1/bulkheads/db/state")
            if state.at("/queued") == .integer(Int64(count)) { return }
            await Task.yield()
        }
    }

    @Test("are served in the order they came, by the policy's wait, with its fields")
    func order() async throws {
        try await withFullBulkhead { server, first in
            var permit = first
            try await withThrowingTaskGroup(of: (Int, HTTPReply).self) { group in
                for caller in 1...4 {
                    group.addTask {
                        (caller, try await server.send("POST /v1/bulkheads/db/acquire", "{}"))
                    }
                    try await waitForLine(of: caller, server)
                }
                for caller in 1...4 {
                    try await settle(permit, server)
                    let (next, reply) = try #require(try await group.next())
                    #expect(next == caller)
                    #expect(reply.at("/allowed") == true && reply.at("/in_use") == 1)
                    #expect(reply.at("/queued") == .integer(Int64(4 - caller)))
                    #expect(reply["RateLimit"] == "\"db\";r=0")
                    permit = try #require(reply.at("/permit")?.string)
                }
            }
            let stats = try await server.send("GET /v1/bulkheads/db/stats")
            #expect(stats.at("/totals/allowed") == 5 && stats.at("/totals/waited") == 4)
            #expect(stats.at("/totals/released") == 4 && stats.at("/totals/expired") == 0)
        }
    }

    @Test("take nothing when their client goes away, and let the next one in")
    func disconnect() async throws {
        try await withFullBulkhead { server, permit in
            let connection = try await server.connect()
            let request = HTTPRequestText("POST /v1/bulkheads/db/acquire", #"{"holder": "gone"}"#)
            try await connection.send(request.bytes)
            try await waitForLine(of: 1, server)
            async let other = server.send("POST /v1/bulkheads/db/acquire", #"{"holder": "b"}"#)
            try await waitForLine(of: 2, server)
            await connection.close()
            try await waitForLine(of: 1, server)
            try await settle(permit, server)
            #expect(try await other.at("/allowed") == true)
            let state = try await server.send("GET /v1/bulkheads/db/state")
            #expect(state.at("/holders/0/holder") == "b" && state.at("/in_use") == 1)
        }
    }

    @Test("a client that is gone as its call begins to wait, or is served, takes nothing either")
    func goneAtOnce() async throws {
        try await withFullBulkhead { server, first in
            let request = HTTPRequestText("POST /v1/bulkheads/db/acquire", "{}").bytes
            for _ in 1...20 {
                let connection = try await server.connect()
                try await connection.send(request)
                await connection.close()
            }
            try await waitForLine(of: 0, server)
            try await settle(first, server)
            let state = try await server.send("GET /v1/bulkheads/db/state")
            #expect(state.at("/in_use") == 0)
        }
    }

    @Test("are answered with 404 when the policy is deleted")
    func ends() async throws {
        try await withFullBulkhead { server, _ in
            async let waiting = server.send("POST /v1/bulkheads/db/acquire", "{}")
            try await waitForLine(of: 1, server)
            #expect(try await server.send("DELETE /v1/bulkheads/db").status == 204)
            #expect(try await waiting.status == 404)
        }
    }

    @Test("a batch waits for nothing")
    func batch() async throws {
        try await withFullBulkhead { server, permit in
            let asks = #"""
                {"decisions": [{"kind": "bulkhead", "name": "db"},
                 {"kind": "bulkhead", "name": "db", "wait_ms": 5},
                 {"kind": "bulkhead", "name": "db", "key": "other", "holder": "web-1"}]}
                """#
            let reply = try await server.send("POST /v1/decisions", asks)
            #expect(reply.at("/results/0/allowed") == false)
            #expect(reply.at("/results/0/reason") == "full")
            #expect(reply.at("/results/1/status") == 422)
            #expect(reply.at("/results/1/errors/0/pointer") == "/decisions/1/wait_ms")
            #expect(reply.at("/results/2/allowed") == true)
            #expect(reply.at("/results/2/permit")?.string != nil)
        }
    }

    @Test("an Idempotency-Key takes one slot, and frees one, however often it is sent")
    func idempotency() async throws {
        try await TestServer.with { server in
            _ = try await server.send(
                "PUT /v1/bulkheads/db", #"{"spec": {"max_concurrent": 3}}"#)
            var permits: Set<String> = []
            for _ in 1...3 {
                let reply = try await server.send(
                    "POST /v1/bulkheads/db/acquire", "{}", ["Idempotency-Key": "a"])
                permits.insert(try #require(reply.at("/permit")?.string))
            }
            #expect(permits.count == 1)
            let permit = try #require(permits.first)
            for _ in 1...3 {
                let reply = try await server.send(
                    "POST /v1/permits/\(permit)/outcome", #"{"outcome": "success"}"#,
                    ["Idempotency-Key": "b"])
                #expect(reply.at("/counted") == true)
            }
            let state = try await server.send("GET /v1/bulkheads/db/state")
            #expect(state.at("/in_use") == 0)
        }
    }

    @Test("the RateLimit fields are lists of structured fields, called by the policy")
    func fields() async throws {
        try await TestServer.with { server in
            let path = "/v1/bulkheads/A.b_c-9"
            _ = try await server.send(
                "PUT \(path)", #"{"spec": {"max_concurrent": 10000}}"#)
            let acquired = try await server.send("POST \(path)/acquire", "{}")
            for reply in [acquired, try await server.send("GET \(path)/state")] {
                let policies = StructuredFieldList(try #require(reply["RateLimit-Policy"]))
                let states = StructuredFieldList(try #require(reply["RateLimit"]))
                #expect(
                    policies?.items == [
                        StructuredFieldList.Item(
                            name: "A.b_c-9", integers: ["q": 10_000],
                            strings: ["qu": "concurrent-requests"])
                    ])
                #expect(
                    states?.items == [
                        StructuredFieldList.Item(name: "A.b_c-9", integers: ["r": 9999])
                    ])
            }
        }
    }
}
