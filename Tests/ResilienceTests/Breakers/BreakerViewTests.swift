import Testing

@testable import Resilience

@Suite("Breaker, looked at")
struct BreakerViewTests {
    private static let spec = """
        {"window":{"type":"count","size":4},"minimum_calls":2,"slow_call_duration_ms":10,\
        "open_duration_ms":1000,"success_threshold":2,"half_open_permits":2}
        """

    private func view(_ script: BreakerScript, at ms: Int64) -> BreakerView {
        script.state.view(script.policy, at: Instant(milliseconds: ms))
    }

    @Test("rates below the minimum of calls are null, and never more than numbers")
    func rates() throws {
        var script = BreakerScript(try .parsed(Self.spec))
        #expect(view(script, at: 0).figures.failureRate == nil)
        try script.take("F", at: 0)
        #expect(view(script, at: 0).figures.failureRate == nil)
        script.policy.failureRateThreshold = 1
        try script.take("S11", at: 0)
        #expect(view(script, at: 0).figures.failureRate == 0.5)
        #expect(view(script, at: 0).figures.slowRate == 0.5)
        script.policy.slowCallDuration = nil
        #expect(view(script, at: 0).figures.slowRate == nil)
    }

    @Test("failures in a row have no rates, but all counts")
    func consecutive() throws {
        var script = BreakerScript(try .parsed(BreakerStateTests.row))
        for step in ["F*2", "S", "T", "X"] { try script.take(step, at: 5) }
        let figures = view(script, at: 9).figures
        #expect(figures.failureRate == nil)
        #expect(figures.slowRate == nil)
        #expect(figures.consecutiveFailures == 1)
        #expect(figures.counts.total == 4)
        #expect(figures.counts.successes == 1)
        #expect(figures.counts.failures == 3)
        #expect(figures.counts.timeouts == 1)
        #expect(figures.counts.ignored == 1)
        #expect(view(script, at: 9).lastFailureAt == Instant(milliseconds: 5))
    }

    @Test("opening freezes the figures until it closes; closing starts empty")
    func frozen() throws {
        var script = BreakerScript(try .parsed(Self.spec))
        try script.take("T", at: 0)
        try script.take("S11", at: 0)
        let opened = view(script, at: 0)
        #expect(opened.position == .open)
        #expect(opened.figures.failureRate == 0.5)
        #expect(opened.timesOpened == 1)
        try script.take("acquire a", at: 500)
        try script.take("acquire a", at: 1000)
        try script.take("settle a X", at: 1000)
        try script.take("acquire a", at: 1000)
        try script.take("settle a S", at: 1000)
        try script.take("acquire b", at: 1000)
        let probing = view(script, at: 1400)
        #expect(probing.figures.counts.total == 2)
        #expect(probing.figures.counts.timeouts == 1)
        #expect(probing.figures.counts.denied == 1)
        #expect(probing.figures.counts.ignored == 1)
        #expect(probing.probesInFlight == 1)
        #expect(probing.probeSuccesses == 1)
        #expect(probing.halfOpenPermits == 2)
        try script.take("settle b S", at: 1500)
        let closed = view(script, at: 1500)
        #expect(closed.position == .closed)
        #expect(closed.figures.counts.total == 0)
        #expect(closed.figures.counts.denied == 0)
        #expect(closed.figures.consecutiveFailures == 0)
        #expect(closed.timesOpened == 1)
        #expect(closed.lastFailureAt == .epoch)
    }

    @Test("an open breaker past its time is shown half-open, and stays as it is")
    func effective() throws {
        var script = BreakerScript(try .parsed(Self.spec))
        try script.take("F*2", at: 0)
        let before = script.state
        let seen = view(script, at: 1000)
        #expect(seen.position == .halfOpen)
        #expect(seen.wouldAllow)
        #expect(seen.since == Instant(milliseconds: 1000))
        #expect(seen.generation == 2)
        #expect(seen.probesInFlight == 0)
        #expect(script.state == before)
        #expect(view(script, at: 1000) == seen)
    }

    @Test("a transition tells what the breaker saw, and the thresholds it was judged by")
    func data() throws {
        let policy = try BreakerPolicy.parsed(Self.spec)
        var state = BreakerState(at: .epoch)
        _ = state.record(.success, policy, at: .epoch)
        let answer = state.record(.timeout, policy, at: .epoch)
        let data = try #require(answer.transition?.data)
        let expected: JSONObject = [
            "from": "closed", "to": "open", "reason": "failure_rate", "generation": 2,
            "failure_rate": 0.5, "slow_rate": 0.0,
            "counts": [
                "total": 2, "successes": 1, "failures": 1, "timeouts": 1, "slow": 0, "ignored": 0,
                "denied": 0,
            ],
            "consecutive_failures": 1, "open_for_ms": 1000, "forced_until_at": .null,
            "thresholds": .object(policy.document),
        ]
        #expect(data == expected)
        #expect(data.text == expected.text)
    }

    @Test("only a breaker that equals a new one is fresh")
    func fresh() throws {
        let spec = #"{"window":{"type":"time","duration_ms":1000}}"#
        for (step, ms, isFresh) in [
            ("view", 0, true), ("acquire a", 0, true), ("S*5", 999, false), ("S*5", 1000, true),
            ("F", 1000, false), ("X", 1000, false), ("reset", 1000, false),
            ("force forced_open", 1000, false),
        ] as [(String, Int64, Bool)] {
            var script = BreakerScript(try .parsed(spec))
            try script.take(step, at: 0)
            let now = Instant(milliseconds: ms)
            #expect(script.state.isFresh(script.policy, at: now) == isFresh, "\(step) \(ms)")
        }
    }
}
