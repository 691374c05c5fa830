import Resilience
import Store
import Testing

@testable import ControlPlane

@Suite("Starting and stopping")
struct LifecycleTests {
    @Test("are told, and a run that did not stop is too")
    func serverEvents() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.restart()
        try fixture.crash()
        try await fixture.start()
        let types = try await fixture.events("server.*").map { $0.event.type.dropFirst(7) }
        #expect(types == ["started", "stopped", "started", "started", "recovered"])
    }

    @Test("keep manual time, to the nanosecond and after a crash")
    func manualTime() async throws {
        let fixture = try await PlaneFixture()
        #expect(fixture.plane.now == ManualClock.beginning)
        _ = try await fixture.plane.advance(by: Timespan(nanoseconds: 1_234_567))
        try fixture.crash()
        try await fixture.start()
        #expect(fixture.plane.now == ManualClock.beginning + Timespan(nanoseconds: 1_234_567))
    }

    @Test("the clock does not go beyond its end, nor move when it is the machine's")
    func clockBounds() async throws {
        let fixture = try await PlaneFixture()
        await expectRefusal(.invalid) { try await fixture.advance(9_000_000_000_000) }
        #expect(fixture.plane.now == ManualClock.beginning)
        try await fixture.stop()
        var configuration = fixture.configuration
        configuration.clock = .system
        let plane = try await Plane(configuration)
        await expectRefusal(.notFound) { try await plane.advance(by: .seconds(1)) }
        try await plane.stop()
    }

    @Test("what was answered for durably is there after a crash, levels as of the last checkpoint")
    func crash() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", ["limits": [["quota": 10, "period_ms": 60000]]])
        try await fixture.acquire("api", cost: 3)
        fixture.plane.checkpoint(turn: 0)
        try await fixture.acquire("api", cost: 2)
        _ = try await fixture.plane.limiters.assign(
            "api", "b", ["blocked": true], by: PlaneFixture.caller)
        try fixture.crash()
        try await fixture.start()
        #expect(try fixture.peek("api").decision.tightest?.remaining == 7)
        #expect(try fixture.peek("api", "b").decision.denial?.reason == .blocked)
    }

    @Test("a start that was refused leaves the file free")
    func refusedStart() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.stop()
        var configuration = fixture.configuration
        configuration.policies = [["kind": "limiter", "name": "x", "spec": [:]]]
        let refused = configuration
        await expectRefusal(.invalid) { try await Plane(refused) }
        try await fixture.start()
        #expect(fixture.plane.policies.all().isEmpty)
    }

    @Test("the history has no gaps over runs")
    func gapless() async throws {
        let fixture = try await PlaneFixture()
        for number in 0..<5 {
            try await fixture.put("p\(number)", ["limits": [["quota": 1]]])
            try await fixture.restart()
        }
        let seqs = try await fixture.events().map(\.seq)
        #expect(seqs == Array(1...Int64(seqs.count)))
        await expectRefusal(.notFound) { try await fixture.plane.event(seq: 10_000) }
    }
}
