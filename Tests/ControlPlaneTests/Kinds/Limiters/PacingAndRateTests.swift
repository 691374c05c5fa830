import Resilience
import Store
import Testing

@testable import ControlPlane

@Suite("Leaky and adaptive limiters at work, also stopped and started between every two steps")
struct PacingAndRateTests {
    private typealias Script = PlaneScript

    private static func record(_ milliseconds: Int64, times: Int = 1) -> Script.Step {
        { fixture in
            var told = ""
            for _ in 0..<times {
                let figures = try fixture.plane.limiters.record(
                    "api", .milliseconds(milliseconds))
                told = "\(figures.perSecond) of \(figures.samples)"
            }
            return told
        }
    }

    private static func rate() -> Script.Step {
        { fixture in
            try fixture.plane.limiters.rate(of: "api").map { "\($0.perSecond)" } ?? "none"
        }
    }

    /// How many keys have a state.
    private static func live() -> Script.Step {
        { "\(try $0.plane.limiters.live.find("api").table.count)" }
    }

    private static func adaptive(
        _ bounds: ClosedRange<Int64> = 1...1000, window: Int64 = 4
    ) -> JSONValue {
        [
            "limits": [["quota": 10, "period_ms": 1000]],
            "adaptive": [
                "initial_per_second": 10, "min_per_second": .integer(bounds.lowerBound),
                "max_per_second": .integer(bounds.upperBound), "target_latency_ms": 100,
                "window_size": .integer(window),
            ],
        ]
    }

    @Test("calls are let go one after another, refunded and forgotten")
    func pacing() async throws {
        try await Script.run(
            [
                "algorithm": "leaky_bucket",
                "limits": [["quota": 10, "period_ms": 1000, "burst": 3]],
            ],
            [
                (Script.acquire(), "yes default 3 2 100 - +0"),
                (Script.acquire(), "yes default 3 1 200 - +100"),
                (Script.peek(), "yes default 3 1 200 - +200"),
                (Script.acquire(), "yes default 3 0 300 - +200"),
                (Script.acquire(), "no default 3 0 300 100 rate_limited"),
                (Script.acquire(cost: 4), "no default 3 0 300 - cost_exceeds_limit"),
                (Script.advance(100), "100"),
                (Script.acquire(), "yes default 3 0 300 - +200"),
                (Script.refund(2), "2: yes default 3 2 100 - +100"),
                (
                    Script.put([
                        "algorithm": "leaky_bucket", "limits": [["quota": 5, "period_ms": 1000]],
                    ]),
                    "updated"
                ),
                (Script.acquire(), "no default 1 0 200 200 rate_limited"),
                (Script.advance(199), "299"), (Script.sweep(), "swept"), (Self.live(), "1"),
                (Script.acquire(), "no default 1 0 1 1 rate_limited"),
                (Script.advance(10_001), "10300"), (Script.sweep(), "swept"), (Self.live(), "0"),
                (Script.acquire(), "yes default 1 0 200 - +0"),
            ])
    }

    @Test("one rate is moved for all keys, each of which keeps what it has spent")
    func adapting() async throws {
        try await Script.run(
            Self.adaptive(),
            [
                (Script.acquire("a", cost: 10), "yes default 10 0 1000 -"),
                (Script.acquire("b", cost: 10), "yes default 10 0 1000 -"),
                (Script.advance(100), "100"),
                (Self.record(200), "10.0 of 1"), (Self.record(200), "9.0 of 2"),
                (Script.peek("a"), "yes default 10 1 1000 -"),
                (Script.advance(200), "300"),
                (Script.peek("a"), "yes default 10 2 800 -"),
                (Script.peek("b"), "yes default 10 2 800 -"),
                (Script.acquire("b", cost: 3), "no default 10 2 800 23 rate_limited"),
                (Self.record(1, times: 4), "8.505 of 4"), (Self.rate(), "8.505"),
                (Script.advance(60_000), "60300"), (Script.sweep(), "swept"), (Self.live(), "0"),
                (Script.acquire("a", cost: 10), "yes default 10 0 1176 -"),
                (Script.reset("a"), "1"), (Self.rate(), "8.505"),
                (Script.reset(), "0"), (Self.rate(), "10.0"), (Self.record(50), "10.0 of 1"),
            ])
    }

    @Test("a changed policy bounds the rate at once, and one that adapts no more forgets it")
    func changing() async throws {
        try await Script.run(
            Self.adaptive(window: 1),
            [
                (Self.record(200), "9.0 of 1"),
                (Script.put(Self.adaptive(10...12, window: 1)), "updated"),
                (Self.rate(), "10.0"), (Self.record(1), "10.5 of 1"),
                (Script.put(["limits": [["quota": 10, "period_ms": 1000]]]), "updated"),
                (Self.rate(), "none"),
                (Script.put(Self.adaptive(window: 1)), "updated"), (Self.rate(), "10.0"),
            ])
    }

    @Test("a limiter that does not adapt has nothing to learn, and one at rest learns nothing")
    func notLearning() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("plain", ["limits": [["quota": 1]]])
        await expectRefusal(.conflict) {
            try fixture.plane.limiters.record("plain", .milliseconds(5))
        }
        await expectRefusal(.notFound) {
            try fixture.plane.limiters.record("none", .milliseconds(5))
        }
        try await fixture.put("api", Self.adaptive(window: 1), mode: "disabled")
        #expect(try fixture.plane.limiters.record("api", .seconds(5)).samples == 0)
        try await fixture.put("api", Self.adaptive(window: 1), mode: "shadow")
        #expect(try fixture.plane.limiters.record("api", .seconds(5)).perSecond == 9)
    }

    @Test("after a crash the rate is that of the last checkpoint")
    func crash() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.adaptive(window: 1))
        _ = try fixture.plane.limiters.record("api", .seconds(5))
        fixture.plane.checkpoint(turn: 0)
        _ = try fixture.plane.limiters.record("api", .seconds(5))
        try fixture.crash()
        try await fixture.start()
        #expect(try fixture.plane.limiters.rate(of: "api")?.perSecond == 9)
    }

    @Test("a crash brings no rate back that the policy had done away with")
    func crashAfterAChange() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.adaptive(window: 1))
        _ = try fixture.plane.limiters.record("api", .seconds(5))
        fixture.plane.checkpoint(turn: 0)
        try await fixture.put("api", ["limits": [["quota": 10]]])
        try fixture.crash()
        try await fixture.start()
        try await fixture.put("api", Self.adaptive(window: 1))
        #expect(try fixture.plane.limiters.rate(of: "api")?.perSecond == 10)
    }

    @Test("a rate that rises lets those through who wait, sooner than they were told")
    func waiting() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.adaptive(1...1_000_000, window: 1))
        try await fixture.acquire("api", cost: 10)
        let limiters = fixture.plane.limiters
        let waiting = Task {
            try await limiters.acquire(
                "api", LimiterRequest(key: "k", wait: .seconds(60)), by: PlaneFixture.caller)
        }
        let table = try limiters.live.find("api").table
        while table.slot(of: "k")?.waiters.isEmpty != false { await Task.yield() }
        for _ in 0..<100 { _ = try limiters.record("api", .zero) }
        try await fixture.advance(1)
        let answer = try await waiting.value
        #expect(answer.isAllowed && answer.waited.millisecondsRoundedUp == 1)
    }
}
