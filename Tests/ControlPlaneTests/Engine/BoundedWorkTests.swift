import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("Work on many keys")
struct BoundedWorkTests {
    @Test("that are listed visits about as many as it lists, from any place", arguments: [1, 100])
    func pages(limit: Int) throws {
        let clock = ManualClock()
        let table = StateTable<LimiterState>(policyID: 1, KeyCounter())
        let keys = (0..<20_000).map { ExactString("user:\($0)") }
        for key in keys { try table.apply(key, by: clock) { _, _ in } }
        let sorted = keys.sorted()
        for start in [0, 1, 7777, 19_950] {
            let before = table.allVisits
            let page = table.keys(after: sorted[start], limit: limit) { _, _ in false }
            #expect(page == Array(sorted.dropFirst(start + 1).prefix(limit)))
            #expect(table.allVisits - before <= 8 * PlaneLimits.shards + 4 * limit)
        }
    }

    @Test("that are fresh are passed over when keys are listed, a few at a time")
    func passingOver() throws {
        let clock = ManualClock()
        let table = StateTable<LimiterState>(policyID: 1, KeyCounter())
        for number in 0..<20_000 {
            try table.apply(ExactString("user:\(number)"), by: clock) { _, _ in }
        }
        let page = table.keys(after: nil, limit: 5) { key, _ in !key.text.hasSuffix("999") }
        #expect(page.map(\.text) == (10...14).map { "user:\($0)999" })
        #expect(table.mostVisits <= PlaneLimits.keysAtOnce)
    }

    @Test("makes no parts of a policy that has no keys, and not more than it needs")
    func parts() throws {
        let table = StateTable<LimiterState>(policyID: 1, KeyCounter())
        #expect(table.state(of: "a") == nil && table.applyIfPresent("a") { _ in } == nil)
        #expect(table.keys(after: nil, limit: 5) { _, _ in false }.isEmpty)
        table.sweep(turn: 0) { _, _ in true }
        #expect(table.shards.made.isEmpty)
        try table.apply("a", by: ManualClock()) { _, _ in }
        #expect(table.shards.made.map(\.order.member) == [("a" as ExactString).shard])
    }

    @Test("keeps calls in their lines through a reset of all")
    func lines() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("q", ["limits": [["quota": 5, "period_ms": 1000]]])
        let plane = fixture.plane
        let keys = (0..<300).map { ExactString("k\($0)") }
        for key in keys { try await fixture.acquire("q", key, cost: 5) }
        let calls = keys.map { key in
            Task {
                try await plane.limiters.acquire(
                    "q", LimiterRequest(key: key, wait: .seconds(60)), by: PlaneFixture.caller)
            }
        }
        let table = try plane.limiters.live.find("q").table
        while table.waiting.all.count < keys.count { await Task.yield() }
        _ = try await plane.limiters.reset("q", nil, reason: nil, by: PlaneFixture.caller)
        for call in calls { #expect(try await call.value.isAllowed) }
        #expect(table.waiting.all.isEmpty && table.waiting.part(0).isEmpty)
    }
}
