import Resilience
import TestSupport
import Testing

@Suite("Many calls at once to a guard")
struct GuardConcurrencyTests {
    /// What a policy's state is for a key, as text.
    private func state(_ server: TestServer, _ path: String) async throws -> String {
        try await server.send("GET /v1/\(path)").text
    }

    @Test("that the last part denies leave all others exactly as they were")
    func untouched() async throws {
        try await TestServer.withGuard { server in
            try await server.settle(try await server.permit(cost: 3), "failure")
            let paths = ["limiters/l/state?key=1", "bulkheads/db/state", "bulkheads/db/keys"]
            var before: [String] = []
            for path in paths { before.append(try await state(server, path)) }
            let replies = try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for _ in 1...200 { group.addTask { try await server.ask() } }
                return try await group.reduce(into: [HTTPReply]()) { $0.append($1) }
            }
            #expect(replies.count == 200)
            #expect(replies.allSatisfy { $0.at("/denied_by/kind") == "breaker" })
            var after: [String] = []
            for path in paths { after.append(try await state(server, path)) }
            #expect(after == before)
            let breaker = try await server.send("GET /v1/breakers/payments/state?key=h")
            #expect(breaker.at("/counts/denied") == 200, "\(breaker.text)")
            let types = try await server.events().compactMap { $0.at("/type")?.string }
            #expect(!types.contains("limiter.limited") && !types.contains("bulkhead.saturated"))
        }
    }

    @Test("are allowed as often as the tightest part allows, and charge each part as often")
    func exact() async throws {
        try await TestServer.withGuard { server in
            _ = try await server.send("PATCH /v1/bulkheads/db", #"{"spec": {"max_concurrent": 7}}"#)
            let replies = try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for _ in 1...100 { group.addTask { try await server.ask() } }
                return try await group.reduce(into: [HTTPReply]()) { $0.append($1) }
            }
            #expect(replies.filter { $0.at("/allowed") == true }.count == 7)
            #expect(Set(replies.compactMap { $0.at("/permit")?.string }).count == 7)
            #expect(try await server.left() == 3)
            #expect(try await server.held() == 7)
        }
    }

    @Test("two guards that name the same parts in another order hold each other up in no way")
    func crossed() async throws {
        try await TestServer.withGuard { server in
            let limiter = GuardSteps.limiter("m", 1_000_000)
            let other = GuardSteps.policy(
                "guard", "other",
                #"""
                {"limiters": [{"name": "m", "key": "{user}"}, {"name": "l", "key": "{user}"}]}
                """#)
            let mine = GuardSteps.guarding(
                #"""
                {"limiters": [{"name": "l", "key": "{user}"}, {"name": "m", "key": "{user}"}]}
                """#)
            let policies = [limiter, other, mine].joined(separator: ",")
            _ = try await server.send("POST /v1/policies/apply", #"{"policies": [\#(policies)]}"#)
            let allowed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 1...200 {
                    let name = index.isMultiple(of: 2) ? "checkout" : "other"
                    group.addTask {
                        let body = #"{"attributes": {"user": "\#(index % 5)"}}"#
                        let reply = try await server.send("POST /v1/guards/\(name)/acquire", body)
                        return reply.at("/allowed") == true
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            // Ten for each of five users, whichever guard they ask.
            #expect(allowed == 50)
            for user in 0..<5 {
                #expect(try await server.left("\(user)") == 0)
                let state = try await server.send("GET /v1/limiters/m/state?key=\(user)")
                #expect(state.at("/remaining") == 999_990, "\(state.text)")
            }
        }
    }

    @Test("settlements of one permit at once count once in every part")
    func settledOnce() async throws {
        try await TestServer.withGuard { server in
            let permit = try await server.permit()
            let replies = try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for _ in 1...20 { group.addTask { try await server.settle(permit) } }
                return try await group.reduce(into: [HTTPReply]()) { $0.append($1) }
            }
            #expect(replies.filter { $0.at("/counted") == true }.count == 1)
            #expect(replies.filter { $0.at("/reason") == "duplicate" }.count == 19)
            let state = try await server.send("GET /v1/breakers/payments/state?key=h")
            #expect(state.at("/counts/successes") == 1, "\(state.text)")
            #expect(try await server.held() == 0)
            let stats = try await server.send("GET /v1/guards/checkout/stats")
            #expect(stats.at("/totals/successes") == 1)
        }
    }
}
