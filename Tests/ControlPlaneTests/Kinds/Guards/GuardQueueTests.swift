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
}
