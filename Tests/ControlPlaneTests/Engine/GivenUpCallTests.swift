import Resilience
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("A call that is given up while the disk is waited for")
struct GivenUpCallTests {
    private typealias Call = @Sendable () async throws -> Void

    /// Has a call made that waits for the disk, and given up before that is done.
    private func giveUp(_ fixture: PlaneFixture, _ call: @escaping Call) async throws {
        let held = await fixture.holdWriter()
        let task = Task { try await call() }
        await fixture.untilHandedOver()
        task.cancel()
        held.letGo()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await fixture.plane.context.store.writer.flush()
    }

    private func halfOpen(_ fixture: PlaneFixture) async throws {
        try await fixture.put(
            "b",
            [
                "window": ["type": "consecutive"], "failure_threshold": 1,
                "open_duration_ms": 1000, "probe_timeout_ms": 600_000,
            ], kind: BreakerPolicy.kind)
        _ = try await fixture.plane.breakers.record(
            "b", "", OutcomeReport(.failure), by: PlaneFixture.caller)
        try await fixture.advance(1000)
    }

    @Test("leaves no probe of a breaker out, also after a crash")
    func probe() async throws {
        let fixture = try await PlaneFixture()
        try await halfOpen(fixture)
        let breakers = fixture.plane.breakers
        try await giveUp(fixture) {
            _ = try await breakers.acquire("b", "", reporter: nil, by: PlaneFixture.caller)
        }
        #expect(try breakers.view("b", "").probesInFlight == 0)
        #expect(try breakers.stats("b").totals[0] == 0)
        try fixture.crash()
        try await fixture.start()
        #expect(try fixture.plane.breakers.view("b", "").probesInFlight == 0)
        let reply = try await fixture.plane.breakers.acquire(
            "b", "", reporter: nil, by: PlaneFixture.caller)
        #expect(reply.isAllowed)
    }

    @Test("holds no slot of a bulkhead, also after a crash")
    func slot() async throws {
        let fixture = try await BulkheadFixture([
            "max_concurrent": 1, "lease_ms": 600_000, "durability": "strict",
        ])
        let door = fixture.door
        try await giveUp(fixture.plane) { _ = try await door.acquire() }
        #expect(try fixture.status().view.inUse == 0)
        try fixture.plane.crash()
        try await fixture.plane.start()
        #expect(try await fixture.acquire().isAllowed)
    }

    @Test("costs nothing with a limiter")
    func tokens() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", ["limits": [["quota": 5]], "durability": "strict"])
        let limiters = fixture.plane.limiters
        try await giveUp(fixture) {
            _ = try await limiters.acquire(
                "api", LimiterRequest(key: "k", cost: 3), by: PlaneFixture.caller)
        }
        #expect(try fixture.peek("api").decision.tightest?.remaining == 5)
        #expect(try limiters.stats("api").totals == [0, 0, 0, 0, 0])
    }

    @Test("is charged to no part of a guard")
    func guarded() async throws {
        let fixture = try await PlaneFixture()
        try await halfOpen(fixture)
        try await fixture.put("api", ["limits": [["quota": 5]]])
        try await fixture.put(
            "g", ["limiters": [["name": "api", "key": "k"]], "breaker": "b"],
            kind: GuardPolicy.kind)
        let guards = fixture.plane.guards
        try await giveUp(fixture) {
            _ = try await guards.acquire("g", GuardRequest(), by: PlaneFixture.caller)
        }
        #expect(try fixture.peek("api").decision.tightest?.remaining == 5)
        #expect(try fixture.plane.breakers.view("b", "").probesInFlight == 0)
        #expect(try guards.stats("g").totals[0] == 0)
    }
}
