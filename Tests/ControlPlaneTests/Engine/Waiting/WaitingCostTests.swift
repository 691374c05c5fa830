import Resilience
import Testing

@testable import ControlPlane

@Suite("What concerns all calls that wait for a policy")
struct WaitingCostTests {
    private static func spec(_ quota: Int64) -> JSONValue {
        [
            "limits": [["quota": .integer(quota), "period_ms": 86_400_000]],
            "adaptive": [
                "initial_per_second": 1, "min_per_second": 1, "max_per_second": 100,
                "target_latency_ms": 100, "window_size": 2,
            ],
        ]
    }

    /// A limiter with many keys, for some of which calls wait, and another that a call waits for.
    private func crowded(
        waiting: [ExactString]
    ) async throws -> (fixture: PlaneFixture, calls: [Task<LimiterAnswer, any Error>]) {
        let fixture = try await PlaneFixture()
        let plane = fixture.plane
        for name in ["api", "other"] { try await fixture.put(name, Self.spec(5)) }
        for number in 0..<300 { try await fixture.acquire("api", ExactString("k\(number)")) }
        var calls: [Task<LimiterAnswer, any Error>] = []
        for (name, key) in [("other", "k")] + waiting.map({ ("api", $0) }) {
            try await fixture.acquire(name, key, cost: 5 - (name == "api" ? 1 : 0))
            let limiter = try plane.limiters.live.find(name)
            calls.append(
                Task {
                    try await plane.limiters.acquire(
                        name, LimiterRequest(key: key, cost: 5, wait: .seconds(60)),
                        by: PlaneFixture.caller)
                })
            while limiter.table.slot(of: key)?.waiters.isEmpty != false { await Task.yield() }
        }
        return (fixture, calls)
    }

    @Test(
        "looks after the keys that they wait for, however many others there are",
        arguments: ["rate", "policy", "reset", "deletion"], [0, 3])
    func visits(cause: String, count: Int) async throws {
        let keys = (0..<count).map { ExactString("k\($0)") }
        let (fixture, calls) = try await crowded(waiting: keys)
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        let limiter = try plane.limiters.live.find("api")
        #expect(limiter.table.waiting.all == Set(keys))
        let before = plane.context.waiters.visits
        switch cause {
        case "rate": #expect(try plane.limiters.record("api", .milliseconds(1)).perSecond > 1)
        case "policy": try await fixture.put("api", Self.spec(6))
        case "reset": _ = try await plane.limiters.reset("api", nil, reason: nil, by: caller)
        default: try await plane.policies.delete(LimiterPolicy.kind, "api", by: caller)
        }
        #expect(plane.context.waiters.visits - before == (cause == "deletion" ? 0 : count))
        if cause == "deletion" {
            for call in calls.dropFirst() {
                await expectRefusal(.notFound) { try await call.value }
            }
        }
        plane.dismissWaiters()
        for call in calls { _ = await call.result }
        #expect(limiter.table.waiting.all.isEmpty)
        #expect(try plane.limiters.live.find("other").table.waiting.all.isEmpty)
    }

    @Test("forgets the keys of calls that were answered, or given up")
    func forgotten() async throws {
        let (fixture, calls) = try await crowded(waiting: ["k1", "k2"])
        let waiting = try fixture.plane.limiters.live.find("api").table.waiting
        calls[1].cancel()
        _ = await calls[1].result
        #expect(waiting.all == ["k2"])
        try await fixture.advance(60_000)
        _ = await calls[2].result
        #expect(waiting.all.isEmpty)
    }
}
