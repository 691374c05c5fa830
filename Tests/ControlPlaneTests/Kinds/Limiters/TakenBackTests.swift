import Resilience
import TestSupport
import Testing

@testable import ControlPlane

@Suite("What a call that is given up has spent with a limiter")
struct TakenBackTests {
    @Test("is not taken back from a window that began since its turn came")
    func nextWindow() async throws {
        let fixture = try await PlaneFixture()
        let spec: JSONValue = [
            "algorithm": "fixed_window", "align": "clock", "durability": "strict",
            "limits": [["quota": 4, "period_ms": 1000]],
        ]
        try await fixture.put("api", spec)
        try await fixture.acquire("api", cost: 4)
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        let limiter = try plane.limiters.live.find("api")
        let clock = try #require(plane.context.clock as? ManualClock)
        let first = Task {
            try await plane.limiters.acquire(
                "api", LimiterRequest(key: "k", cost: 3, wait: .seconds(60)), by: caller)
        }
        while limiter.table.slot(of: "k")?.waiters.isEmpty != false { await Task.yield() }
        let held = await fixture.holdWriter()
        clock.move(to: clock.now() + .seconds(1))
        plane.limiters.pump(limiter, "k")
        #expect(limiter.table.slot(of: "k")?.waiters.isEmpty == true)
        clock.move(to: clock.now() + .seconds(1))
        let second = Task {
            try await plane.limiters.acquire(
                "api", LimiterRequest(key: "k", cost: 4), by: caller)
        }
        while try fixture.peek("api").decision.tightest?.remaining != 0 { await Task.yield() }
        first.cancel()
        held.letGo()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(try await second.value.isAllowed)
        #expect(try fixture.peek("api").decision.tightest?.remaining == 0)
    }

    @Test("is not taken back from what others spent since a reset")
    func afterReset() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", ["limits": [["quota": 10, "period_ms": 86_400_000]]])
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        let answer = try await fixture.acquire("api", cost: 5)
        let clock = try #require(plane.context.clock as? ManualClock)
        clock.move(to: clock.now() + .milliseconds(1))
        _ = try await plane.limiters.reset("api", "k", reason: nil, by: caller)
        try await fixture.acquire("api", cost: 8)
        plane.limiters.revert(
            try #require(answer.spent), try plane.limiters.live.find("api"), "k")
        #expect(try fixture.peek("api").decision.tightest?.remaining == 2)
    }

    @Test("is nothing where the limiter came to be disabled, or denied it")
    func disabled() async throws {
        let fixture = try await PlaneFixture()
        let spec: JSONValue = ["limits": [["quota": 10]]]
        try await fixture.put("api", spec)
        #expect(try await fixture.acquire("api", cost: 5).spent?.at == fixture.plane.now)
        #expect(try await fixture.acquire("api", cost: 6).spent == nil)
        try await fixture.put("api", spec, mode: "disabled")
        let limiters = fixture.plane.limiters
        let limiter = try limiters.live.find("api")
        let answer = try limiters.apply(limiter, "k") { slot, turn in
            try Limiters.decide(
                LimiterRequest(key: "k"), &slot, behind: [], turn, by: PlaneFixture.caller)
        }?.answer
        #expect(answer?.isAllowed == true && answer?.spent == nil)
    }
}
