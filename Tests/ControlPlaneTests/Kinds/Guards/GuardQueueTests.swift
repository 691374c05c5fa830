import Resilience
import Testing

@testable import ControlPlane

@Suite("A guard that calls wait for")
struct GuardQueueTests {
    @Test("tells who does not wait how long those ahead keep a full bulkhead")
    func retryAfter() async throws {
        let fixture = try await PlaneFixture()
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        try await fixture.put(
            "k", ["max_concurrent": 2, "max_queue": 5, "max_wait_ms": 60_000, "lease_ms": 60_000],
            kind: .bulkhead)
        try await fixture.put("g", ["bulkhead": "k"], kind: .guard)
        for lease in [1000, 5000] as [Int64] {
            let request = BulkheadRequest(wait: .zero, lease: .milliseconds(lease))
            #expect(try await plane.bulkheads.acquire("k", request, by: caller).isAllowed)
        }
        let waiting = Task {
            try await plane.guards.acquire(
                "g", GuardRequest(wait: .milliseconds(30_000)), by: caller)
        }
        let live = try plane.guards.live.find("g")
        let line = try GuardKeys(live.version, [:], among: plane.context.kinds).line
        while live.table.slot(of: line)?.hasWaiters != true { await Task.yield() }
        let answer = try await plane.guards.acquire("g", GuardRequest(), by: caller)
        #expect(!answer.isAllowed)
        #expect(answer.retryAfter == .milliseconds(5000))
        try await fixture.advance(1000)
        #expect(try await waiting.value.isAllowed)
    }

    @Test(
        "with the same limiter twice tells when both would allow the call",
        arguments: [
            ("token_bucket", 2, 1000), ("token_bucket", 3, 334), ("sliding_window", 2, 2000),
            ("fixed_window", 3, 1000),
        ])
    func repeated(algorithm: String, quota: Int64, wait: Int64) async throws {
        let fixture = try await PlaneFixture()
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        try await fixture.put(
            "l",
            [
                "algorithm": .string(algorithm),
                "limits": [["quota": .integer(quota), "period_ms": 1000]],
            ])
        try await fixture.put("g", ["limiters": ["l", "l"]], kind: .guard)
        #expect(try await plane.guards.acquire("g", GuardRequest(), by: caller).isAllowed)
        let denied = try await plane.guards.acquire("g", GuardRequest(), by: caller)
        #expect(!denied.isAllowed)
        let told = try #require(denied.retryAfter?.millisecondsRoundedUp)
        #expect(told == wait)
        try await fixture.advance(told - 1)
        #expect(try await !plane.guards.acquire("g", GuardRequest(), by: caller).isAllowed)
        try await fixture.advance(1)
        #expect(try await plane.guards.acquire("g", GuardRequest(), by: caller).isAllowed)
    }

    @Test("does not let a call wait that the same limiter twice can never allow")
    func never() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("l", ["limits": [["quota": 1000, "burst": 1, "period_ms": 1]]])
        try await fixture.put("g", ["limiters": ["l", "l"]], kind: .guard)
        let denied = try await fixture.plane.guards.acquire(
            "g", GuardRequest(wait: .seconds(60)), by: PlaneFixture.caller)
        #expect(denied.deniedBy?.reason == "cost_exceeds_limit" && denied.retryAfter == nil)
        #expect(denied.waited == .zero)
    }
}
