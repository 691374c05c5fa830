import Resilience
import Store
import Testing

@testable import ControlPlane

@Suite("Runs of denials")
struct EpisodeTests {
    private static let oneASecond: JSONValue = ["limits": [["quota": 1, "period_ms": 1000]]]

    private func times(_ fixture: PlaneFixture, _ type: String) async throws -> [Int64] {
        try await fixture.events(type).map {
            ($0.event.at - ManualClock.beginning).milliseconds
        }
    }

    @Test(
        "are told at the first denial and a whole period after the last", arguments: [false, true])
    func times(restarts: Bool) async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.oneASecond)
        try await fixture.acquire("api")
        for step in [100, 300, 400] as [Int64] {
            try await fixture.advance(step)
            #expect(try await fixture.acquire("api").isAllowed == false)
            if restarts { try await fixture.restart() }
        }
        try await fixture.advance(999)
        #expect(try await times(fixture, "limiter.recovered").isEmpty)
        if restarts { try await fixture.restart() }
        try await fixture.advance(10_000)
        #expect(try await times(fixture, "limiter.limited") == [100])
        #expect(try await times(fixture, "limiter.recovered") == [1800])
        let recovered = try #require(try await fixture.events("limiter.recovered").first?.event)
        #expect(recovered.data?["denied"] == 3)
        #expect(recovered.key == "k")
        let limited = try #require(try await fixture.events("limiter.limited").first?.event)
        #expect(limited.reason == "rate_limited")
        #expect(limited.data?["retry_after_ms"] == 900)
    }

    @Test(
        "are told at most once a second for a policy, the rest counted, before the clock's answer")
    func throttled() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.oneASecond)
        for number in 0..<5 {
            let key = ExactString("k\(number)")
            try await fixture.acquire("api", key)
            try await fixture.acquire("api", key)
            try await fixture.advance(100)
        }
        #expect(try await times(fixture, "limiter.limited") == [0])
        try await fixture.advance(500)
        let events = try await fixture.events("limiter.limited")
        #expect(events.map(\.event.key) == ["k0", "k4"])
        #expect(events.map { $0.event.data?["suppressed"] } == [nil, 3])
        #expect(try await times(fixture, "limiter.limited") == [0, 400])
    }

    @Test("that are held back are told when the server stops")
    func heldAtStop() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.oneASecond)
        for key in ["a", "b"] as [ExactString] {
            try await fixture.acquire("api", key)
            try await fixture.acquire("api", key)
        }
        try await fixture.restart()
        #expect(try await fixture.events("limiter.limited").map(\.event.key) == ["a", "b"])
    }

    @Test("in shadow mode are told as such, and nothing is refused")
    func shadow() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.oneASecond, mode: "shadow")
        try await fixture.acquire("api")
        let answer = try await fixture.acquire("api")
        #expect(answer.isAllowed && !answer.decision.isAllowed)
        #expect(try await fixture.events("limiter.limited").first?.event.data?["shadow"] == true)
    }

    @Test("do not begin where the limiter is disabled, and nothing is counted")
    func disabled() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.oneASecond, mode: "disabled")
        for _ in 1...3 { #expect(try await fixture.acquire("api").isAllowed) }
        #expect(try await fixture.events("limiter.*").isEmpty)
        #expect(try fixture.plane.limiters.stats("api").totals == [0, 0, 0, 0, 0])
        #expect(try fixture.plane.limiters.keys("api", after: nil, limit: 10).isEmpty)
    }

    @Test("of a refused caller are throttled too")
    func refusals() async throws {
        let fixture = try await PlaneFixture()
        for _ in 1...4 { fixture.plane.noteRefusal(of: PlaneFixture.caller, reason: "no", [:]) }
        try await fixture.advance(1000)
        let events = try await fixture.events("auth.denied")
        #expect(events.map { $0.event.data?["suppressed"] } == [nil, 2])
    }

    @Test("end after ten minutes at most, so that keys that never got a token are forgotten")
    func longPeriod() async throws {
        let year: JSONValue = ["limits": [["quota": 1, "period_ms": 31_622_400_000]]]
        let fixture = try await PlaneFixture()
        try await fixture.put("api", year)
        try await fixture.acquire("api", "has one")
        for key in ["has one", "a", "b"] as [ExactString] {
            #expect(try await fixture.acquire("api", key, cost: 2).isAllowed == false)
        }
        func keys() throws -> [ExactString] {
            for turn in 0..<PlaneLimits.sweepTurns { fixture.plane.checkpoint(turn: turn) }
            return try fixture.plane.limiters.keys("api", after: nil, limit: 10)
        }
        try await fixture.advance(599_999)
        #expect(try keys() == ["a", "b", "has one"])
        try await fixture.advance(1001)
        #expect(try keys() == ["has one"])
        #expect(try fixture.plane.limiters.live.find("api").table.count == 1)
        #expect(try await times(fixture, "limiter.recovered") == [600_000, 600_000])
        try await fixture.restart()
        #expect(try fixture.plane.limiters.live.find("api").table.count == 1)
    }

    @Test("of many keys leave nothing behind on disk or in memory when they are over")
    func forgotten() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.oneASecond)
        for number in 0..<200 {
            for _ in 1...2 { try await fixture.acquire("api", ExactString("k\(number)")) }
        }
        try await fixture.advance(60_000)
        for turn in 0..<PlaneLimits.sweepTurns { fixture.plane.checkpoint(turn: turn) }
        #expect(try fixture.plane.limiters.keys("api", after: nil, limit: 10).isEmpty)
        try await fixture.restart()
        #expect(try fixture.plane.limiters.keys("api", after: nil, limit: 10).isEmpty)
    }
}
