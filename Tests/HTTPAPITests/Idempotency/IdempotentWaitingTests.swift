import Resilience
import TestSupport
import Testing

@Suite("Waiting with an Idempotency-Key", .timeLimit(.minutes(5)))
struct IdempotentWaitingTests {
    private static let request = HTTPRequestText(
        "POST /v1/limiters/api/acquire", #"{"key": "k", "wait_ms": 60000}"#,
        ["Idempotency-Key": "a"])

    /// Runs `body` with a limiter of one token a second that is spent.
    private func withSpentBucket(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with { server in
            let spec = #"{"spec": {"limits": [{"quota": 1, "period_ms": 1000}]}}"#
            _ = try await server.send("PUT /v1/limiters/api", spec)
            _ = try await server.send("POST /v1/limiters/api/acquire", #"{"key": "k"}"#)
            try await body(server)
        }
    }

    /// Asks, without waiting, until so many calls are in line; each makes the line a second longer.
    private func waitForLine(of count: Int64, _ server: TestServer) async throws {
        while true {
            let reply = try await server.send("POST /v1/limiters/api/acquire", #"{"key": "k"}"#)
            if reply.at("/retry_after_ms")?.integer == 1000 * (count + 1) { return }
            await Task.yield()
        }
    }

    private func advance(_ server: TestServer) async throws {
        _ = try await server.send("POST /v1/clock/advance", #"{"ms": 1000}"#)
    }

    /// Lets the server take up what was sent to it before.
    private func settle(_ server: TestServer) async throws {
        for _ in 1...20 { _ = try await server.send("GET /livez") }
    }

    @Test("those who send the same wait for the answer of the first, in one place of the line")
    func together() async throws {
        try await withSpentBucket { server in
            try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for _ in 1...10 { group.addTask { try await server.send(Self.request) } }
                try await waitForLine(of: 1, server)
                try await settle(server)
                try await waitForLine(of: 1, server)
                try await advance(server)
                let replies = try await group.reduce(into: [HTTPReply]()) { $0.append($1) }
                #expect(replies.allSatisfy { $0.at("/waited_ms") == 1000 })
                #expect(replies.filter { $0["Idempotency-Replayed"] != nil }.count == 9)
            }
            let stats = try await server.send("GET /v1/limiters/api/stats")
            #expect(stats.at("/totals/allowed") == 2)
        }
    }

    @Test("when the client of the first goes away, the next takes its turn, and one token is spent")
    func disconnect() async throws {
        try await withSpentBucket { server in
            let first = try await server.connect()
            try await first.send(Self.request.bytes)
            try await waitForLine(of: 1, server)
            async let second = server.send(Self.request)
            async let third = server.send(Self.request)
            try await settle(server)
            await first.close()
            // Between the two the line may be empty for a moment.
            try await settle(server)
            try await waitForLine(of: 1, server)
            try await advance(server)
            let replies = try await [second, third]
            #expect(replies.allSatisfy { $0.at("/allowed") == true })
            #expect(Set(replies.map(\.text)).count == 1)
            #expect(replies.filter { $0["Idempotency-Replayed"] != nil }.count == 1)
            let stats = try await server.send("GET /v1/limiters/api/stats")
            #expect(stats.at("/totals/allowed") == 2)
        }
    }

    @Test("clients that go away while they wait for the first change nothing for it")
    func followersGone() async throws {
        try await withSpentBucket { server in
            async let first = server.send(Self.request)
            try await waitForLine(of: 1, server)
            for _ in 1...10 {
                let connection = try await server.connect()
                try await connection.send(Self.request.bytes)
                await connection.close()
            }
            try await settle(server)
            try await waitForLine(of: 1, server)
            try await advance(server)
            #expect(try await first.at("/waited_ms") == 1000)
            let again = try await server.send(Self.request)
            #expect(again.at("/waited_ms") == 1000 && again["Idempotency-Replayed"] == "true")
        }
    }

    @Test("when the policy of the first is deleted, the others are tried, and refused themselves")
    func deleted() async throws {
        try await withSpentBucket { server in
            try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for _ in 1...5 { group.addTask { try await server.send(Self.request) } }
                try await waitForLine(of: 1, server)
                try await settle(server)
                _ = try await server.send("DELETE /v1/limiters/api")
                for try await reply in group { #expect(reply.status == 404) }
            }
        }
    }
}
