import Resilience
import TestSupport
import Testing

@testable import ControlPlane

extension TestServer {
    /// Runs `body` with a server whose guard `checkout` has a limiter of ten in fifty seconds for
    /// each user, one slot of thirty seconds, and a breaker that opens at the first failure.
    static func withGuard(_ body: (TestServer) async throws -> Void) async throws {
        typealias Do = GuardSteps
        let limit = #"{"quota": 10, "period_ms": 50000}"#
        let policies = [
            Do.policy("limiter", "l", #"{"algorithm": "fixed_window", "limits": [\#(limit)]}"#),
            Do.bulkhead(1, lease: 30_000), Do.breaker(),
            Do.guarding(
                #"""
                {"limiters": [{"name": "l", "key": "{user}"}],
                 "bulkhead": {"name": "db"}, "breaker": {"name": "payments", "key": "h"}}
                """#),
        ].joined(separator: ",")
        try await with { server in
            let reply = try await server.send(
                "POST /v1/policies/apply", #"{"policies": [\#(policies)]}"#)
            #expect(reply.status == 200, "\(reply.text)")
            try await body(server)
        }
    }

    /// A request that asks the guard.
    static func question(cost: Int = 1, wait: Int = 0, user: String = "1") -> HTTPRequestText {
        let body = #"""
            {"attributes": {"user": "\#(user)"}, "cost": \#(cost), "wait_ms": \#(wait)}
            """#
        return HTTPRequestText("POST \(GuardSteps.path)/acquire", body)
    }

    /// Asks the guard.
    func ask(cost: Int = 1, wait: Int = 0, user: String = "1") async throws -> HTTPReply {
        try await send(Self.question(cost: cost, wait: wait, user: user))
    }

    /// Asks the guard, which must let the call through; returns its permit.
    func permit(cost: Int = 1, user: String = "1") async throws -> String {
        let reply = try await ask(cost: cost, user: user)
        return try #require(reply.at("/permit")?.string, "\(reply.text)")
    }

    /// Tells how a call went.
    @discardableResult
    func settle(_ permit: String, _ outcome: String = "success") async throws -> HTTPReply {
        try await send("POST /v1/permits/\(permit)/outcome", #"{"outcome": "\#(outcome)"}"#)
    }

    /// What the limiter has left for the user.
    func left(_ user: String = "1") async throws -> Int64? {
        try await send("GET /v1/limiters/l/state?key=\(user)").at("/remaining")?.integer
    }

    /// How many slots are held.
    func held() async throws -> Int64? {
        try await send("GET /v1/bulkheads/db/state").at("/in_use")?.integer
    }

    /// Whether any call waits.
    var isAnyoneWaiting: Bool { plane?.context.waiters.isAnyone == true }

    /// Returns once so many calls wait for the guard.
    func waitForWaiters(_ count: Int) async throws {
        let guards = try #require(plane).guards
        while true {
            let live = try guards.live.find("checkout")
            let lines = live.table.allKeys.compactMap { live.table.slot(of: $0)?.waiters.count }
            if lines.reduce(0, +) == count { return }
            await Task.yield()
        }
    }
}
