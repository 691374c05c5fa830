import Resilience
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("What bulkheads keep on disk")
struct BulkheadDurabilityTests {
    private static func spec(_ durability: String) -> JSONValue {
        ["max_concurrent": 2, "lease_ms": 1000, "durability": .string(durability)]
    }

    @Test("a strict slot that was granted is held after a crash, one that was settled is not")
    func strict() async throws {
        let fixture = try await BulkheadFixture(Self.spec("strict"))
        let first = try await fixture.acquire()
        let second = try await fixture.acquire(leaseMs: 600)
        #expect(try await fixture.settle(first.permit) == nil)
        try fixture.plane.crash()
        try await fixture.plane.start()
        #expect(try fixture.status().view.slots == [second.slot])
        #expect(try await fixture.settle(first.permit) == "expired")
        let end = try await fixture.plane.plane.permits.renew(
            try #require(second.permit), for: nil, by: PlaneFixture.caller)
        try fixture.plane.crash()
        try await fixture.plane.start()
        #expect(try fixture.status().view.slots.map(\.expiresAt) == [end])
        try await fixture.plane.plane.permits.release(
            try #require(second.permit), by: PlaneFixture.caller)
        try fixture.plane.crash()
        try await fixture.plane.start()
        #expect(try fixture.status().view.inUse == 0)
    }

    @Test("a strict slot that a reset gave to a waiting call is held after a crash")
    func strictReset() async throws {
        let fixture = try await BulkheadFixture([
            "max_concurrent": 1, "max_queue": 5, "max_wait_ms": 60_000, "durability": "strict",
        ])
        try await fixture.acquire()
        let task = try await fixture.wait("a")
        _ = try await fixture.plane.plane.bulkheads.reset(
            "db", nil, reason: nil, by: PlaneFixture.caller)
        await task.value
        #expect(fixture.answers.lines == ["a yes"])
        try fixture.plane.crash()
        try await fixture.plane.start()
        let view = try fixture.status().view
        #expect(view.slots.map(\.holder) == ["a"] && view.generation == 2)
        #expect(try await fixture.settle(fixture.answers.permit("a")) == nil)
    }

    @Test("a key that was reset is forgotten once nobody can tell")
    func forgotten() async throws {
        let fixture = try await BulkheadFixture(Self.spec("relaxed"))
        let keyCounter = fixture.plane.plane.context.keyCounter
        for number in 0..<100 { try await fixture.acquire(ExactString("k\(number)")) }
        _ = try await fixture.plane.plane.bulkheads.reset(
            "db", nil, reason: nil, by: PlaneFixture.caller)
        func sweep() {
            for turn in 0..<PlaneLimits.sweepTurns { fixture.plane.plane.checkpoint(turn: turn) }
        }
        sweep()
        #expect(keyCounter.number == 100)
        // The ends of the slots, which are gone, are looked at before.
        try await fixture.plane.advance(301_000)
        sweep()
        #expect(keyCounter.number == 0)
        #expect(try fixture.status().view.generation == 1)
    }

    @Test("a relaxed slot is there after a graceful stop, with all that was promised of it")
    func relaxed() async throws {
        let fixture = try await BulkheadFixture(Self.spec("relaxed"))
        let first = try await fixture.acquire()
        try await fixture.plane.restart()
        #expect(try fixture.status().view.slots == [first.slot])
        try await fixture.plane.advance(1000)
        #expect(try await fixture.plane.events("bulkhead.lease_expired").count == 1)
        #expect(try fixture.status().view.inUse == 0)
        // The end is on disk with its event.
        try fixture.plane.crash()
        try await fixture.plane.start()
        #expect(try fixture.status().view.inUse == 0)
    }

    @Test("a lease that ended while nobody was there is told at the start")
    func downtime() async throws {
        let fixture = try await BulkheadFixture(Self.spec("strict"))
        try await fixture.acquire()
        try await fixture.plane.stop()
        let store = try Store(path: fixture.plane.folder.file(), at: ManualClock.beginning)
        var change = Change()
        change.manualTime = ManualClock.beginning + .seconds(5)
        try await store.record(change)
        try store.close()
        try await fixture.plane.start()
        #expect(try fixture.status().view.inUse == 0)
        #expect(try await fixture.plane.events("bulkhead.lease_expired").count == 1)
    }

    @Test("a strict slot that cannot be stored is refused, and is free once more")
    func fullDisk() async throws {
        let fixture = try await BulkheadFixture(Self.spec("strict"))
        try fixture.plane.fillDisk()
        var granted: [BulkheadReply] = []
        // Some rows still fit the pages that are there.
        let error = await #expect(throws: PlaneError.self) {
            for number in 0..<10_000 {
                granted.append(try await fixture.acquire(ExactString("k\(number)")))
            }
        }
        #expect(error?.code == .storageUnavailable)
        let refused = ExactString("k\(granted.count)")
        while try fixture.plane.plane.bulkheads.status("db", refused).view.inUse > 0 {
            await Task.yield()
        }
        try fixture.plane.freeDisk()
        #expect(try await fixture.acquire(refused).isAllowed)
        for number in granted.indices {
            let key = ExactString("k\(number)")
            #expect(try fixture.plane.plane.bulkheads.status("db", key).view.inUse == 1)
        }
    }

    @Test("a relaxed one goes on deciding while nothing can be stored")
    func relaxedOnFullDisk() async throws {
        let fixture = try await BulkheadFixture(Self.spec("relaxed"))
        try fixture.plane.fillDisk()
        for number in 0..<500 {
            #expect(try await fixture.acquire(ExactString("k\(number)")).isAllowed)
        }
        try fixture.plane.freeDisk()
    }
}
