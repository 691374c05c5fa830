import ControlPlane
import Resilience
import TestSupport
import Testing

@Suite("Calls that wait for a guard")
struct GuardWaitingTests {
    /// What keeps a call from being allowed.
    enum Obstacle {
        case slot, tokens, breaker, probe
    }

    /// Puts it up; returns the permit of the call that has what others wait for.
    private func obstruct(_ server: TestServer, _ obstacle: Obstacle) async throws -> String {
        switch obstacle {
        case .slot: return try await server.permit()
        case .tokens:
            let permit = try await server.permit(cost: 10)
            try await server.settle(permit)
            return permit
        case .breaker:
            let permit = try await server.permit()
            try await server.settle(permit, "failure")
            return permit
        case .probe:
            try await server.settle(try await server.permit(), "failure")
            try await server.advance(by: 10_000)
            _ = try await server.send("PATCH /v1/bulkheads/db", #"{"spec": {"max_concurrent": 9}}"#)
            return try await server.permit()
        }
    }

    @Test("are let in by slots that are given back, in the order they came")
    func order() async throws {
        try await TestServer.withGuard { server in
            var permit = try await server.permit()
            try await withThrowingTaskGroup(of: (Int, HTTPReply).self) { group in
                for caller in 1...3 {
                    group.addTask { (caller, try await server.ask(cost: 3, wait: 60_000)) }
                    try await server.waitForWaiters(caller)
                }
                for caller in 1...3 {
                    try await server.advance(by: 100)
                    try await server.settle(permit)
                    let (next, reply) = try #require(try await group.next())
                    #expect(next == caller, "\(reply.text)")
                    #expect(reply.at("/allowed") == true)
                    #expect(reply.at("/waited_ms")?.integer == Int64(caller) * 100)
                    permit = try #require(reply.at("/permit")?.string)
                }
            }
            #expect(try await server.left() == 0)
            let stats = try await server.send("GET /v1/guards/checkout/stats")
            #expect(stats.at("/totals/waited") == 3, "\(stats.text)")
        }
    }

    @Test("have later calls denied by what stands in the way, and by no part that has room")
    func blamed() async throws {
        try await TestServer.withGuard { server in
            _ = try await server.permit()
            try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for caller in 1...2 {
                    group.addTask { try await server.ask(wait: 60_000) }
                    try await server.waitForWaiters(caller)
                }
                let left = try await server.left()
                let reply = try await server.ask()
                #expect(reply.at("/denied_by/kind") == "bulkhead", "\(reply.text)")
                #expect(try await server.left() == left)
                let stats = try await server.send("GET /v1/limiters/l/stats")
                #expect(stats.at("/totals/denied") == 0, "\(stats.status) \(stats.text)")
                let events = try await server.events().map { $0.at("/type") }
                #expect(!events.contains("limiter.limited"))
                group.cancelAll()
            }
        }
    }

    @Test(
        "are let in by whatever ends the denial of a part",
        arguments: [
            (.slot, "POST /v1/clock/advance", #"{"ms": 28000}"#),
            (.slot, "POST /v1/permits/<permit>/outcome", #"{"outcome": "ignored"}"#),
            (.slot, "DELETE /v1/permits/<permit>", nil),
            (.slot, "POST /v1/bulkheads/db/reset", #"{"all": true}"#),
            (.slot, "PATCH /v1/bulkheads/db", #"{"spec": {"max_concurrent": 2}}"#),
            (.slot, "PATCH /v1/bulkheads/db", #"{"mode": "disabled"}"#),
            (.slot, "PATCH /v1/guards/checkout", #"{"spec": {"bulkhead": null}}"#),
            (.slot, "PATCH /v1/guards/checkout", #"{"mode": "shadow"}"#),
            (.slot, "PATCH /v1/guards/checkout", #"{"mode": "disabled"}"#),
            (.tokens, "POST /v1/clock/advance", #"{"ms": 48000}"#),
            (.tokens, "POST /v1/limiters/l/refund", #"{"key": "1", "cost": 1}"#),
            (.tokens, "POST /v1/limiters/l/reset", #"{"key": "1"}"#),
            (.tokens, "PUT /v1/limiters/l/assignments/1", #"{"unlimited": true}"#),
            (.tokens, "PATCH /v1/limiters/l", #"{"mode": "disabled"}"#),
            (.breaker, "POST /v1/clock/advance", #"{"ms": 8000}"#),
            (.breaker, "DELETE /v1/breakers/payments/state?key=h", nil),
            (.breaker, "POST /v1/breakers/payments/reset", #"{"all": true}"#),
            (
                .breaker, "PUT /v1/breakers/payments/state?key=h",
                #"{"state": "forced_closed"}"#
            ),
            (.breaker, "PATCH /v1/breakers/payments", #"{"mode": "disabled"}"#),
            (.breaker, "PATCH /v1/breakers/payments", #"{"spec": {"open_duration_ms": 1000}}"#),
            (.probe, "POST /v1/permits/<permit>/outcome", #"{"outcome": "success"}"#),
            (.probe, "DELETE /v1/permits/<permit>", nil),
        ] as [(Obstacle, String, String?)])
    func freed(obstacle: Obstacle, line: String, body: String?) async throws {
        try await TestServer.withGuard { server in
            let permit = try await obstruct(server, obstacle)
            async let waiting = server.ask(wait: 60_000)
            try await server.waitForWaiters(1)
            try await server.advance(by: 2000)
            try await server.waitForWaiters(1)
            let done = try await server.send(line.replacing("<permit>", with: permit), body)
            #expect(done.status < 300, "\(done.text)")
            if server.isAnyoneWaiting {
                Issue.record("nobody was let in by \(line)")
                try await server.advance(by: 60_000)
            }
            let reply = try await waiting
            #expect(reply.at("/allowed") == true, "\(reply.text)")
            #expect(reply.at("/permit")?.string != nil)
        }
    }

    @Test("are answered at once where no wait helps, or the wait would be too short")
    func useless() async throws {
        try await TestServer.withGuard { server in
            _ = try await server.permit(cost: 5)
            let never = try await server.ask(cost: 11, wait: 60_000)
            #expect(never.at("/denied_by/reason") == "cost_exceeds_limit", "\(never.text)")
            #expect(never.at("/waited_ms") == 0)
            let late = try await server.ask(cost: 6, wait: 49_999)
            #expect(late.at("/denied_by/reason") == "rate_limited", "\(late.text)")
            #expect(late.at("/retry_after_ms") == 50_000 && late.at("/waited_ms") == 0)
            try await server.waitForWaiters(0)
        }
    }

    @Test("are denied at their deadline, and counted once")
    func deadline() async throws {
        try await TestServer.withGuard { server in
            _ = try await server.permit()
            async let waiting = server.ask(wait: 5000)
            try await server.waitForWaiters(1)
            try await server.advance(by: 4999)
            try await server.waitForWaiters(1)
            try await server.advance(by: 1)
            let reply = try await waiting
            #expect(reply.at("/allowed") == false, "\(reply.text)")
            #expect(reply.at("/denied_by/name") == "db" && reply.at("/waited_ms") == 5000)
            #expect(reply.at("/retry_after_ms") == 25_000 && reply["Retry-After"] == "25")
            let stats = try await server.send("GET /v1/guards/checkout/stats")
            #expect(stats.at("/totals/denied") == 1 && stats.at("/totals/waited") == 1)
            let events = try await server.events().compactMap { $0.at("/type")?.string }
            #expect(events.filter { $0 == "bulkhead.saturated" }.count == 1)
            #expect(try await server.left() == 9)
        }
    }

    @Test("end with the guard, and hold nothing then")
    func deleted() async throws {
        try await TestServer.withGuard { server in
            _ = try await server.permit()
            async let first = server.ask(wait: 60_000)
            async let second = server.ask(wait: 60_000, user: "2")
            try await server.waitForWaiters(2)
            _ = try await server.send("DELETE /v1/guards/checkout")
            #expect(try await first.status == 404)
            #expect(try await second.at("/type") == "urn:switchgear:problem:not_found")
            #expect(try await server.left("2") == 10)
            #expect(try await server.held() == 1)
        }
    }

    @Test("are asked anew when the guard names other attributes, and refused without them")
    func changedKeys() async throws {
        try await TestServer.withGuard { server in
            _ = try await server.permit()
            async let waiting = server.ask(wait: 60_000)
            try await server.waitForWaiters(1)
            _ = try await server.send(
                "PATCH /v1/guards/checkout",
                #"{"spec": {"limiters": [{"name": "l", "key": "{org}"}]}}"#)
            let reply = try await waiting
            #expect(reply.status == 422, "\(reply.text)")
            #expect(reply.at("/errors/0/pointer") == "/attributes/org")
        }
    }

    @Test("take nothing when their client goes away, and let the next one through")
    func disconnected() async throws {
        try await TestServer.withGuard { server in
            let permit = try await server.permit()
            let connection = try await server.connect()
            try await connection.send(TestServer.question(cost: 9, wait: 60_000).bytes)
            try await server.waitForWaiters(1)
            async let other = server.ask(cost: 2, wait: 60_000)
            try await server.waitForWaiters(2)
            await connection.close()
            try await server.waitForWaiters(1)
            try await server.settle(permit)
            #expect(try await other.at("/allowed") == true)
            #expect(try await server.left() == 7)
            #expect(try await server.held() == 1)
        }
    }

    @Test("are refused by a server that stops")
    func stopped() async throws {
        try await TestServer.withGuard { server in
            _ = try await server.permit()
            async let waiting = server.ask(wait: 60_000)
            try await server.waitForWaiters(1)
            server.plane?.dismissWaiters()
            let reply = try await waiting
            #expect(reply.status == 503, "\(reply.text)")
            #expect(reply["Retry-After"] != nil)
        }
    }
}
