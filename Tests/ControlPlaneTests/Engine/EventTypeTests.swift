import Resilience
import Testing

@testable import ControlPlane

@Suite("The kinds of a plane")
struct PlaneKindsTests {
    @Test("are those of the core, in their order")
    func sameAsCore() {
        #expect(Plane.types.map { $0.kind } == PolicyKinds.standard.map { $0.kind })
    }
}

@Suite("Types of events")
struct EventTypeTests {
    @Test("are those that the kinds declare, and the server's own")
    func families() {
        let families = EventType.families(among: PolicyKinds.standard)
        let own = ["policy", "server", "auth"]
        #expect(Set(families.map(\.name)).count == families.count)
        for (name, types) in families where !own.contains(name) {
            let declared = PolicyKinds.declarations(among: PolicyKinds.standard)
                .filter { $0.kind.singular == name }
            #expect(declared.map(\.events) == [types], "\(name)")
        }
        #expect(own.allSatisfy { families.map(\.name).contains($0) })
        #expect(!EventType.all().contains("policy.unchanged"))
    }

    @Test("stay what history may hold already")
    func kept() {
        let told = [
            "policy.rolled_back", "limiter.limited", "limiter.unassigned", "breaker.half_opened",
            "breaker.probe_expired", "retry.budget_recovered", "bulkhead.lease_expired",
            "timeout.reset", "guard.degraded", "cache.cleared", "budget.burning",
            "check.unhealthy", "recovery.escalated", "alert.delivery_failed",
            "server.too_many_keys", "auth.denied",
        ]
        #expect(Set(told).isSubset(of: EventType.all()))
    }
}
