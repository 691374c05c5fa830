import Testing

@testable import Resilience

@Suite("Breaker that nobody uses")
struct BreakerIdlenessTests {
    private static let idle: Int64 = 600_000
    private static let row = """
        {"window":{"type":"consecutive"},"failure_threshold":1,"open_duration_ms":1000,\
        "half_open_permits":2,"key_idle_ms":600000}
        """

    @Test(
        "is idle once nobody has used it for as long as its policy says",
        arguments: [
            ["S"], ["F"], ["acquire a"], ["acquire a", "settle a F"], ["X"], ["reset"],
            ["force open"], ["force closed"], ["F", "acquire a"], ["release"],
        ])
    func idle(steps: [String]) throws {
        var script = BreakerScript(try .parsed(Self.row), restarts: true)
        for step in steps { try script.take(step, at: 5000) }
        let state = try script.state.restarted()
        for (ms, isIdle) in [
            (5000, false), (604_999, false), (605_000, true), (.max / 2_000_000, true),
        ]
            as [(Int64, Bool)]
        {
            #expect(state.isIdle(script.policy, at: Instant(milliseconds: ms)) == isIdle, "\(ms)")
        }
    }

    @Test(
        "is not idle while something is to come of it",
        arguments: [
            ("force forced_open", 0), ("force forced_closed", 0), ("force forced_open 5000", 0),
        ] as [(String, Int64)])
    func held(step: String, ms: Int64) throws {
        var script = BreakerScript(try .parsed(Self.row))
        try script.take(step, at: ms)
        #expect(!script.state.isIdle(script.policy, at: Instant(milliseconds: 86_400_000)))
    }

    @Test("with a probe out, or open for longer, or to half-open by itself, is not idle")
    func busy() throws {
        var probing = BreakerScript(try .parsed(Self.row))
        for (step, ms) in [("F", 0), ("acquire a", 1000)] as [(String, Int64)] {
            try probing.take(step, at: ms)
        }
        let late = Instant(milliseconds: Self.idle + 1000)
        #expect(!probing.state.isIdle(probing.policy, at: late))
        try probing.take("settle a X", at: 1500)
        #expect(probing.state.isIdle(probing.policy, at: Instant(milliseconds: Self.idle + 1500)))

        var open = BreakerScript(try .parsed(Self.row))
        open.policy.openDuration = .milliseconds(700_000)
        open.policy.maximumOpenDuration = .milliseconds(700_000)
        try open.take("F", at: 0)
        #expect(!open.state.isIdle(open.policy, at: Instant(milliseconds: 699_999)))
        #expect(open.state.isIdle(open.policy, at: Instant(milliseconds: 700_000)))
        open.policy.automaticHalfOpen = true
        #expect(!open.state.isIdle(open.policy, at: Instant(milliseconds: 700_000)))
        try open.take("advance", at: 700_000)
        #expect(open.state.isIdle(open.policy, at: Instant(milliseconds: 700_000)))
    }

    @Test(
        "is kept as long as its window, its probes and its permits last, whatever the policy says",
        arguments: [
            (#"{"key_idle_ms":1}"#, 300_000), (#"{"key_idle_ms":300001}"#, 300_001),
            (#"{"key_idle_ms":1,"window":{"type":"time","duration_ms":400000}}"#, 400_000),
            (#"{"key_idle_ms":1,"probe_timeout_ms":500000}"#, 500_000), ("{}", 604_800_000),
        ] as [(String, Int64)])
    func least(spec: String, ms: Int64) throws {
        var script = BreakerScript(try .parsed(spec))
        try script.take("S", at: 0)
        #expect(!script.state.isIdle(script.policy, at: Instant(milliseconds: ms - 1)))
        #expect(script.state.isIdle(script.policy, at: Instant(milliseconds: ms)))
    }

    @Test("is forgotten sooner where it equals the one that would begin, and no permit is out")
    func fresh() throws {
        let policy = try BreakerPolicy.parsed(#"{"window":{"type":"time","duration_ms":1000}}"#)
        let permits = Bounds.permitLifetime.milliseconds
        func check(
            _ forgotten: Int64, _ step: String, isFresh: Bool, after: Int64,
            _ location: SourceLocation = #_sourceLocation
        ) throws {
            var script = BreakerScript(policy)
            script.state = BreakerState(at: .epoch, after: forgotten)
            try script.take(step, at: 0)
            let early = Instant(milliseconds: permits - 1)
            let late = Instant(milliseconds: permits)
            #expect(!script.state.isForgettable(policy, after: after, at: early))
            #expect(
                script.state.isForgettable(policy, after: after, at: late) == isFresh,
                sourceLocation: location)
        }
        try check(0, "acquire a", isFresh: true, after: 0)
        try check(0, "S*9", isFresh: true, after: 0)
        try check(7, "S*9", isFresh: true, after: 7)
        try check(7, "S*9", isFresh: false, after: 8)
        try check(0, "F", isFresh: false, after: 0)
        try check(0, "X", isFresh: false, after: 0)
        try check(0, "reset", isFresh: false, after: 0)
    }

    @Test("begins above what was forgotten, as far as there are numbers")
    func begins() throws {
        #expect(BreakerState(at: .epoch, after: 0) == BreakerState(at: .epoch))
        #expect(BreakerState(at: .epoch, after: 41).generation == 42)
        for forgotten in [Int64.min, -1, .max] {
            _ = try BreakerState(at: .epoch, after: forgotten).restarted()
        }
    }

    @Test("counts stop where sums of them are still numbers", arguments: BreakerWindowType.allCases)
    func counts(type: BreakerWindowType) throws {
        var policy = BreakerPolicy()
        policy.window = BreakerWindowSpec()
        policy.window.type = type
        policy.fillDependentDefaults()
        (policy.failureThreshold, policy.failureRateThreshold) = (.max, nil)
        var state = BreakerState(at: .epoch)
        _ = state.record(.timeout, policy, at: .epoch)
        var log = state.log
        let most = CallCounts.most
        log.consecutiveFailures = most - 1
        if case .consecutive = log.window {
            log.window = .consecutive(CallCounts(successes: most, failures: most, timeouts: most))
        }
        (state.log, state.ignored, state.denied) = (log, most, most)
        for count in [Int64.min, 0, 1, .max] {
            for outcome in Outcome.allCases {
                _ = state.record(outcome, count: count, policy, at: .epoch)
                _ = try state.restarted()
            }
        }
        #expect(state.view(policy, at: .epoch).figures.counts.ignored == most)
    }
}
