import Resilience
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("Until resets are on disk")
struct ResetCommitTests {
    /// Why a reset is made that does not fit on a full disk.
    private static let long = String(repeating: "x", count: 100_000)

    @Test(
        "calls are decided as before, and where they cannot be stored nothing has changed",
        arguments: ResetPart.allCases, ResetExtent.allCases)
    func refused(part: ResetPart, extent: ResetExtent) async throws {
        guard part.has(extent) else { return }
        let fixture = try await part.inUse()
        let plane = fixture.plane
        let before = try part.used("a", plane)
        try fixture.fillDisk()
        let held = await fixture.holdWriter()
        let reset = Task { try await part.reset(extent.key, plane, reason: Self.long) }
        await fixture.untilHandedOver()
        #expect(try part.used("a", plane) == before)
        if !part.isStrict { try await part.use("a", plane) }
        let used = try part.used("a", plane)
        #expect(part.isStrict || part == .adaptiveLimiter || used > before)
        fixture.checkpoint()
        held.letGo()
        await expectRefusal(.storageUnavailable) { try await reset.value }
        #expect(try part.used("a", plane) == used)
        try fixture.freeDisk()
        fixture.checkpoint()
        try await plane.context.store.writer.flush()
        fixture.checkpoint()
        try await plane.context.store.writer.flush()
        try fixture.crash()
        try await fixture.start()
        #expect(try part.used("a", fixture.plane) == used)
    }

    @Test(
        "what calls change is of before them, and no crash brings it back",
        arguments: ResetPart.allCases, ResetExtent.allCases)
    func overtaken(part: ResetPart, extent: ResetExtent) async throws {
        guard part.has(extent) else { return }
        let fixture = try await part.inUse()
        let plane = fixture.plane
        let before = try part.used("a", plane)
        let held = await fixture.holdWriter()
        let reset = Task { try await part.reset(extent.key, plane) }
        await fixture.untilHandedOver()
        // A strict use is answered only once it is on disk.
        let use = Task { try await part.use("a", plane) }
        if !part.isStrict {
            try await use.value
        } else {
            while try part.used("a", plane) == before { await Task.yield() }
        }
        fixture.checkpoint()
        held.letGo()
        #expect(try await reset.value >= 1)
        try await use.value
        #expect(try part.used("a", plane) == 0)
        try fixture.crash()
        try await fixture.start()
        #expect(try part.used("a", fixture.plane) == 0)
        #expect(try (part.used("b", fixture.plane) > 0) == (extent == .one))
    }

    @Test("no more is let through than there is, however many are refused")
    func ledger() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("p", ["limits": [["quota": 100, "period_ms": 86_400_000]]])
        try await fixture.acquire("p", cost: 50)
        try fixture.fillDisk()
        let (limiters, caller) = (fixture.plane.limiters, PlaneFixture.caller)
        let granted = try await withThrowingTaskGroup(of: Int64.self) { group in
            group.addTask {
                for key in (0..<50).map({ $0 % 2 == 0 ? ExactString("k") : nil }) {
                    await expectRefusal(.storageUnavailable) {
                        try await limiters.reset("p", key, reason: Self.long, by: caller)
                    }
                }
                return 0
            }
            for _ in 0..<3 {
                group.addTask {
                    var granted: Int64 = 0
                    for _ in 0..<2000 {
                        let answer = try await limiters.acquire(
                            "p", LimiterRequest(key: "k"), by: caller)
                        if answer.isAllowed { granted += 1 }
                        await Task.yield()
                    }
                    return granted
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(granted == 50)
    }

    @Test("calls wait on, and are let in by those that are stored alone", arguments: [true, false])
    func waiting(isStored: Bool) async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("p", ["limits": [["quota": 5, "period_ms": 86_400_000]]])
        try await fixture.put("q", ["limits": [["quota": 5, "period_ms": 1000]]])
        try await fixture.acquire("q", cost: 5)
        let plane = fixture.plane
        let call = Task {
            try await plane.limiters.acquire(
                "q", LimiterRequest(key: "k", wait: .seconds(60)), by: PlaneFixture.caller)
        }
        let limiter = try plane.limiters.live.find("q")
        func isWaiting() -> Bool { limiter.table.slot(of: "k")?.waiters.isEmpty == false }
        while !isWaiting() { await Task.yield() }
        if !isStored { try fixture.fillDisk() }
        let held = await fixture.holdWriter()
        let reset = Task {
            try await plane.limiters.reset(
                "q", nil, reason: isStored ? nil : Self.long, by: PlaneFixture.caller)
        }
        await fixture.untilHandedOver()
        limiter.table.waiting.all.forEach { plane.limiters.pump(limiter, $0) }
        #expect(isWaiting())
        held.letGo()
        let result = await reset.result
        #expect(((try? result.get()) != nil) == isStored)
        #expect(isWaiting() == !isStored)
        if !isStored {
            try fixture.freeDisk()
            try await fixture.advance(1000)
        }
        #expect(try await call.value.isAllowed)
    }

    @Test("a breaker stands where it did; what calls moved meanwhile is moved back and told")
    func breaker() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put(
            "b",
            [
                "window": ["type": "consecutive"], "failure_threshold": 2,
                "open_duration_ms": 600_000,
            ], kind: BreakerPolicy.kind)
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        _ = try await plane.breakers.record("b", "a", OutcomeReport(.failure), by: caller)
        let held = await fixture.holdWriter()
        let reset = Task { try await plane.breakers.reset("b", "a", reason: nil, by: caller) }
        await fixture.untilHandedOver()
        let opened = Task {
            try await plane.breakers.record("b", "a", OutcomeReport(.failure), by: caller)
        }
        while try plane.breakers.view("b", "a").position == .closed { await Task.yield() }
        let told = try plane.breakers.view("b", "a").generation
        fixture.checkpoint()
        held.letGo()
        #expect(try await reset.value == 1)
        _ = try await opened.value
        let view = try plane.breakers.view("b", "a")
        #expect(view.position == .closed && view.generation > told)
        try await plane.context.store.writer.flush()
        #expect(
            try await fixture.events("breaker.*").map(\.event.type)
                == ["breaker.reset", "breaker.opened", "breaker.reset"])
        try fixture.crash()
        try await fixture.start()
        let after = try fixture.plane.breakers.view("b", "a")
        #expect(after.position == .closed && after.generation == view.generation)
    }

    @Test("a breaker that is to be forced stays as it is where that cannot be stored")
    func force() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("b", [:], kind: BreakerPolicy.kind)
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        _ = try await plane.breakers.record("b", "a", OutcomeReport(.success), by: caller)
        try fixture.fillDisk()
        await expectRefusal(.storageUnavailable) {
            try await plane.breakers.force(
                "b", "a", .forcedOpen(until: nil), reason: Self.long, by: caller)
        }
        let view = try plane.breakers.view("b", "a")
        #expect(view.position == .closed && view.generation == 1)
        #expect(view.figures.counts.successes == 1)
        try fixture.freeDisk()
        _ = try await plane.breakers.force(
            "b", "a", .forcedOpen(until: nil), reason: nil, by: caller)
        try fixture.crash()
        try await fixture.start()
        #expect(try fixture.plane.breakers.view("b", "a").position == .forcedOpen)
        #expect(try await fixture.events("breaker.forced_open").count == 1)
    }
}
