import Resilience
import TestSupport
import Testing

@Suite("Calls that wait")
struct WaitingTests {
    @Test("are answered in the order they came, each when its token is there")
    func order() async throws {
        try await TestServer.withSpentBucket { server in
            try await withThrowingTaskGroup(of: (Int, HTTPReply).self) { group in
                for caller in 1...4 {
                    group.addTask { (caller, try await server.acquire(wait: 60_000)) }
                    try await server.waitForLine(of: Int64(caller))
                }
                for caller in 1...4 {
                    try await server.advance(by: 1000)
                    let (next, reply) = try #require(try await group.next())
                    #expect(next == caller)
                    #expect(reply.at("/allowed") == true && reply.at("/remaining") == 0)
                    #expect(reply.at("/waited_ms")?.integer == Int64(caller) * 1000)
                }
            }
            let stats = try await server.send("GET /v1/limiters/api/stats")
            #expect(stats.at("/totals/allowed") == 5 && stats.at("/totals/waited") == 4)
        }
    }

    @Test("are answered at once when the wait would be too short")
    func tooShort() async throws {
        try await TestServer.withSpentBucket { server in
            let reply = try await server.acquire(wait: 999)
            #expect(reply.at("/allowed") == false && reply.at("/waited_ms") == 0)
            #expect(reply.at("/retry_after_ms") == 1000)
        }
    }

    @Test("take nothing when their client goes away, and let the next one through")
    func disconnect() async throws {
        try await TestServer.withSpentBucket { server in
            let connection = try await server.connect()
            let body = #"{"key": "k", "wait_ms": 60000}"#
            try await connection.send(HTTPRequestText("POST /v1/limiters/api/acquire", body).bytes)
            try await server.waitForLine(of: 1)
            async let other = server.acquire(wait: 60_000)
            try await server.waitForLine(of: 2)
            await connection.close()
            try await server.waitForLine(of: 1)
            try await server.advance(by: 1000)
            #expect(try await other.at("/waited_ms") == 1000)
            try await server.advance(by: 1000)
            let state = try await server.send("GET /v1/limiters/api/state?key=k")
            #expect(state.at("/remaining") == 1)
        }
    }

    @Test("a client that is gone before its call begins to wait takes nothing either")
    func goneAtOnce() async throws {
        try await TestServer.withSpentBucket { server in
            let body = #"{"key": "k", "wait_ms": 60000}"#
            let request = HTTPRequestText("POST /v1/limiters/api/acquire", body).bytes
            for _ in 1...20 {
                let connection = try await server.connect()
                try await connection.send(request)
                await connection.close()
            }
            try await server.waitForLine(of: 0)
            try await server.advance(by: 1000)
            let state = try await server.send("GET /v1/limiters/api/state?key=k")
            #expect(state.at("/remaining") == 1)
        }
    }

    @Test("are let through when the policy no longer limits them")
    func changedPolicy() async throws {
        for change in [#"{"mode": "disabled"}"#, #"{"spec": {"limits": [{"quota": 100}]}}"#] {
            try await TestServer.withSpentBucket { server in
                async let waiting = server.acquire(wait: 60_000)
                try await server.waitForLine(of: 1)
                _ = try await server.send("PATCH /v1/limiters/api", change)
                #expect(try await waiting.at("/allowed") == true, "\(change)")
            }
        }
    }

    @Test("end with the policy, and with the server")
    func ends() async throws {
        try await TestServer.withSpentBucket { server in
            async let waiting = server.acquire(wait: 60_000)
            try await server.waitForLine(of: 1)
            _ = try await server.send("DELETE /v1/limiters/api")
            #expect(try await waiting.status == 404)
        }
    }

    @Test("a refund, a reset and an assignment let them through")
    func freed() async throws {
        for (line, body) in [
            ("POST /v1/limiters/api/refund", #"{"key": "k"}"#),
            ("POST /v1/limiters/api/reset", #"{"all": true}"#),
            ("PUT /v1/limiters/api/assignments/k", #"{"unlimited": true}"#),
        ] {
            try await TestServer.withSpentBucket { server in
                async let waiting = server.acquire(wait: 60_000)
                try await server.waitForLine(of: 1)
                #expect(try await server.send(line, body).status < 300)
                #expect(try await waiting.at("/allowed") == true, "\(line)")
            }
        }
    }
}
