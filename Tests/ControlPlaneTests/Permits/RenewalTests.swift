import Resilience
import Testing

@testable import ControlPlane

@Suite("Renewing a permit that holds several leases")
struct RenewalTests {
    /// A guard whose call holds a slot for so long, and a probe for so long.
    private func holding(
        slotMs: Int64, probeMs: Int64
    ) async throws -> (fixture: PlaneFixture, permit: String) {
        let fixture = try await PlaneFixture()
        try await fixture.put(
            "b", ["max_concurrent": 1, "lease_ms": .integer(slotMs)], kind: .bulkhead)
        try await fixture.put(
            "b",
            [
                "window": ["type": "consecutive"], "failure_threshold": 1,
                "open_duration_ms": 1000, "probe_timeout_ms": .integer(probeMs),
            ], kind: .breaker)
        try await fixture.put("g", ["bulkhead": "b", "breaker": "b"], kind: .guard)
        _ = try await fixture.plane.breakers.record(
            "b", "", OutcomeReport(.failure), by: PlaneFixture.caller)
        try await fixture.advance(1000)
        let answer = try await fixture.plane.guards.acquire(
            "g", GuardRequest(), by: PlaneFixture.caller)
        return (fixture, try #require(answer.permit))
    }

    private func renew(
        _ permit: String, _ fixture: PlaneFixture, for ms: Int64? = nil
    ) async throws -> Int64 {
        let end = try await fixture.plane.permits.renew(
            permit, for: ms.map(Timespan.milliseconds), by: PlaneFixture.caller)
        return (end - fixture.plane.now).milliseconds
    }

    /// What holds the leases.
    private struct Holders: Equatable {
        let bulkhead: BulkheadState?
        let breaker: BreakerState?
    }

    private func holders(_ fixture: PlaneFixture) throws -> Holders {
        Holders(
            bulkhead: try fixture.plane.bulkheads.live.find("b").table.state(of: ""),
            breaker: try fixture.plane.breakers.live.find("b").table.state(of: ""))
    }

    @Test("makes all of them last, and tells when the first ends")
    func all() async throws {
        let (fixture, permit) = try await holding(slotMs: 5000, probeMs: 8000)
        try await fixture.advance(4000)
        #expect(try await renew(permit, fixture) == 5000)
        try await fixture.advance(4500)
        #expect(try await renew(permit, fixture, for: 2000) == 2000)
        let probes = try fixture.plane.breakers.view("b", "").probesInFlight
        #expect(probes == 1)
    }

    @Test(
        "renews none when one is over",
        arguments: [(slotMs: 5000, probeMs: 60_000), (slotMs: 60_000, probeMs: 5000)])
    func none(slotMs: Int64, probeMs: Int64) async throws {
        let (fixture, permit) = try await holding(slotMs: slotMs, probeMs: probeMs)
        try await fixture.advance(5000)
        let before = try holders(fixture)
        await expectRefusal(.conflict) { try await renew(permit, fixture) }
        #expect(try holders(fixture) == before)
    }

    @Test("renews none when the slot has been given to another")
    func givenAway() async throws {
        let (fixture, permit) = try await holding(slotMs: 5000, probeMs: 60_000)
        try await fixture.advance(5000)
        let other = try await fixture.plane.bulkheads.acquire(
            "b", BulkheadRequest(holder: "other"), by: PlaneFixture.caller)
        #expect(other.isAllowed)
        let before = try holders(fixture)
        await expectRefusal(.conflict) { try await renew(permit, fixture) }
        #expect(try holders(fixture) == before)
    }

    @Test("renews none when a part's policy is deleted, or the permit settled")
    func gone() async throws {
        let (fixture, permit) = try await holding(slotMs: 5000, probeMs: 8000)
        try await fixture.put("g", ["breaker": "b"], kind: .guard)
        try await fixture.plane.policies.delete(.bulkhead, "b", by: PlaneFixture.caller)
        await expectRefusal(.conflict) { try await renew(permit, fixture) }
        let settled = try await holding(slotMs: 5000, probeMs: 8000)
        _ = try await settled.fixture.plane.permits.settle(
            settled.permit, OutcomeReport(.success), by: PlaneFixture.caller)
        await expectRefusal(.conflict) { try await renew(settled.permit, settled.fixture) }
    }
}
