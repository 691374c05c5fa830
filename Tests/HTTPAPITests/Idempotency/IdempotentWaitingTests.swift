import Resilience
import TestSupport
import Testing

@Suite("Waiting with an Idempotency-Key")
struct IdempotentWaitingTests {
    private static let request = HTTPRequestText(
        "POST /v1/limiters/api/acquire", #"{"key": "k", "wait_ms": 60000}"#,
        ["Idempotency-Key": "a"])

    /// Lets the server take up what was sent to it before.
    private func settle(_ server: TestServer) async throws {
        for _ in 1...20 { _ = try await server.send("GET /livez") }
    }

    @Test("those who send the same wait for the answer of the first, in one place of the line")
    func together() async throws {
        try await TestServer.withSpentBucket { server in
            try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for _ in 1...10 { group.addTask { try await server.send(Self.request) } }
                try await server.waitForLine(of: 1)
                try await settle(server)
                try await server.waitForLine(of: 1)
                try await server.advance(by: 1000)
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
        try await TestServer.withSpentBucket { server in
            let first = try await server.connect()
            try await first.send(Self.request.bytes)
            try await server.waitForLine(of: 1)
            async let second = server.send(Self.request)
            async let third = server.send(Self.request)
            try await settle(server)
            await first.close()
            // Between the two the line may be empty for a moment.
            try await settle(server)
            try await server.waitForLine(of: 1)
            try await server.advance(by: 1000)
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
        try await TestServer.withSpentBucket { server in
            async let first = server.send(Self.request)
            try await server.waitForLine(of: 1)
            for _ in 1...10 {
                let connection = try await server.connect()
                try await connection.send(Self.request.bytes)
                await connection.close()
            }
            try await settle(server)
            try await server.waitForLine(of: 1)
            try await server.advance(by: 1000)
            #expect(try await first.at("/waited_ms") == 1000)
            let again = try await server.send(Self.request)
            #expect(again.at("/waited_ms") == 1000 && again["Idempotency-Replayed"] == "true")
        }
    }

    @Test("when the policy of the first is deleted, the others are tried, and refused themselves")
    func deleted() async throws {
        try await TestServer.withSpentBucket { server in
            try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for _ in 1...5 { group.addTask { try await server.send(Self.request) } }
                try await server.waitForLine(of: 1)
                try await settle(server)
                _ = try await server.send("DELETE /v1/limiters/api")
                for try await reply in group { #expect(reply.status == 404) }
            }
        }
    }
}
