import Testing

@testable import Resilience

/// What commonly goes wrong with breakers, each as a test that it does not here.
@Suite("Breaker, where others went wrong")
struct BreakerPitfallTests {
    private let row = BreakerStateTests.row
    private static let openings: [(Int64, String, String)] = [
        (0, "F*3", "counted open | opened consecutive_failures at 0"),
        (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
    ]

    @Test("a probe that never reports does not keep it half-open")
    func lostProbe() throws {
        try BreakerScript.run(
            row,
            Self.openings + [
                (1499, "view", "half_open since 1000 yes"),
                (1500, "view", "open since 1500 no 1000"),
                (1700, "acquire b", "no open 800 | probe_expired+opened probe_expired at 1500"),
                (1700, "settle a S", "expired open"),
                (2500, "acquire b", "yes | half_opened open_duration_over at 2500"),
            ])
    }

    @Test("of two lost probes the first opens it; the other is out of date")
    func lostProbes() throws {
        try BreakerScript.run(
            row,
            Self.openings + [
                (1300, "acquire b", "yes"), (1499, "acquire c", "no probes_in_flight 1"),
                (
                    1600, "settle b S",
                    "stale_generation open | probe_expired+opened probe_expired at 1500"
                ),
                (1900, "settle b S", "expired open"),
            ])
    }

    @Test("a probe can be settled up to its deadline, not at it")
    func deadline() throws {
        try BreakerScript.run(row, Self.openings + [(1499, "settle a S", "counted half_open")])
        try BreakerScript.run(
            row,
            Self.openings + [
                (1500, "settle a S", "expired open | probe_expired+opened probe_expired at 1500")
            ])
    }

    @Test("looking takes no probe")
    func looking() throws {
        var script = BreakerScript(try .parsed(row))
        try script.take("F*3", at: 0)
        for _ in 0..<50 { try script.take("view", at: 1000) }
        #expect(try script.take("acquire a", at: 1000).hasPrefix("yes"))
        for _ in 0..<50 { try script.take("view", at: 1000) }
        #expect(try script.take("acquire b", at: 1000) == "yes")
        #expect(try script.take("acquire c", at: 1000) == "no probes_in_flight 500")
    }

    @Test(
        "of two hundred callers exactly as many become probes as may", arguments: [1, 3, 17, 200])
    func herd(permits: Int64) throws {
        for restarts in [false, true] {
            var script = BreakerScript(try .parsed(row), restarts: restarts)
            script.policy.halfOpenPermits = permits
            try script.take("F*3", at: 0)
            let answers = try (0..<200).map { try script.take("acquire \($0)", at: 1000) }
            #expect(answers.count { $0.hasPrefix("yes") } == permits)
            let view = script.state.view(script.policy, at: Instant(milliseconds: 1000))
            #expect(view.probesInFlight == permits)
            #expect(view.figures.counts.denied == 200 - permits)
        }
    }

    @Test("the probes that are remembered are bounded, whatever the policy says")
    func boundedProbes() throws {
        var script = BreakerScript(try .parsed(row))
        script.policy.halfOpenPermits = 1_000_000_000
        try script.take("F*3", at: 0)
        for _ in 0..<Bounds.probes { try script.take("acquire a", at: 1000) }
        #expect(try script.take("acquire a", at: 1000) == "no probes_in_flight 500")
    }

    @Test("an outcome of an earlier generation counts nothing, neither as a probe")
    func late() throws {
        try BreakerScript.run(
            row,
            [
                (0, "acquire p", "yes"), (0, "acquire q", "yes"),
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (1, "settle p S", "stale_generation open"),
                (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
                (1000, "settle p S", "stale_generation half_open"),
                (1000, "settle q F", "stale_generation half_open"),
                (1000, "settle a S", "counted half_open"), (1000, "acquire a", "yes"),
                (1000, "settle a S", "counted closed | closed probes_succeeded at 1000"),
                (1000, "settle p F", "stale_generation closed"),
            ])
    }

    @Test("a permit from closed counts as long as it is closed, for five minutes")
    func closedPermit() throws {
        try BreakerScript.run(
            row,
            [
                (0, "acquire a", "yes"), (0, "acquire b", "yes"), (0, "F*2", "counted closed"),
                (299_999, "settle a F", "counted open | opened consecutive_failures at 299999"),
                (300_000, "settle b F", "expired open"),
            ])
    }

    @Test("a probe counts once, and frees its place once")
    func duplicate() throws {
        try BreakerScript.run(
            row,
            Self.openings + [
                (1000, "acquire b", "yes"), (1100, "settle a S", "counted half_open"),
                (1100, "settle a S", "duplicate half_open"),
                (1100, "settle a F", "duplicate half_open"), (1100, "give a", "done"),
                (1100, "acquire c", "yes"), (1100, "acquire d", "no probes_in_flight 400"),
            ])
    }

    @Test("an ignored or returned probe counts nothing and frees its place")
    func ignored() throws {
        try BreakerScript.run(
            row,
            Self.openings + [
                (1000, "acquire b", "yes"), (1100, "settle a X", "ignored half_open"),
                (1100, "acquire c", "yes"), (1100, "acquire d", "no probes_in_flight 400"),
                (1200, "give c", "done"), (1200, "give c", "done"), (1200, "acquire d", "yes"),
                (1200, "settle c F", "duplicate half_open"),
                (1200, "view", "half_open since 1000 no 300"),
            ])
    }

    @Test("it stays open for its time and no longer, however long nobody comes")
    func idle() throws {
        let spec = #"{"window":{"type":"consecutive"},"open_duration_ms":31536000000}"#
        try BreakerScript.run(
            spec,
            [
                (0, "F*5", "counted open | opened consecutive_failures at 0"),
                (31_535_999_999, "acquire a", "no open 1"),
                (
                    31_536_000_000, "acquire a",
                    "yes | half_opened open_duration_over at 31536000000"
                ),
            ])
    }

    @Test("every failure is counted, however they are reported")
    func counted() throws {
        var script = BreakerScript(
            try .parsed(#"{"window":{"type":"consecutive"},"failure_threshold":1000}"#))
        for index in 0..<999 {
            try script.take("acquire \(index)", at: Int64(index))
        }
        for index in 0..<999 {
            #expect(try script.take("settle \(index) F", at: 1000) == "counted closed")
        }
        #expect(try script.take("F", at: 1000).hasPrefix("counted open"))
    }

    @Test("one bad client does not open it for all, where several must agree")
    func poisoning() throws {
        let spec = #"{"window":{"type":"consecutive"},"failure_threshold":3,"min_reporters":2}"#
        try BreakerScript.run(
            spec,
            [
                (0, "F*99@web", "counted closed"), (0, "S@app", "counted closed"),
                (0, "F*3@web", "counted closed"),
                (0, "F", "counted open | opened consecutive_failures at 0"),
            ])
        try BreakerScript.run(
            spec,
            [
                (0, "F*2@web", "counted closed"), (0, "F@web", "counted closed"),
                (0, "F@app", "counted open | opened consecutive_failures at 0"),
            ])
    }

    @Test("reporters count as long as their failures are in the window")
    func reportersFade() throws {
        try BreakerScript.run(
            #"{"window":{"type":"time","duration_ms":1000},"minimum_calls":2,"min_reporters":2}"#,
            [
                (0, "F@a", "counted closed"), (1000, "F*5@b", "counted closed"),
                (1900, "F@a", "counted open | opened failure_rate at 1900"),
            ])
        try BreakerScript.run(
            #"{"window":{"type":"count","size":3},"minimum_calls":1,"min_reporters":2}"#,
            [
                (0, "F@a", "counted closed"), (0, "F*3@b", "counted closed"),
                (0, "S@c", "counted closed"),
                (0, "F@c", "counted open | opened failure_rate at 0"),
            ])
    }

    @Test("slow calls must come from several reporters too")
    func slowReporters() throws {
        try BreakerScript.run(
            #"{"minimum_calls":2,"slow_call_duration_ms":10,"min_reporters":2}"#,
            [
                (0, "S11*9@a", "counted closed"),
                (0, "S11@b", "counted open | opened slow_rate at 0"),
            ])
    }

    @Test("a changed policy keeps the counts where the window is the same, and opened since then")
    func changed() throws {
        for restarts in [false, true] {
            var script = BreakerScript(try .parsed(row), restarts: restarts)
            try script.take("F*2", at: 0)
            script.policy.failureThreshold = 4
            #expect(try script.take("F", at: 1) == "counted closed")
            #expect(try script.take("F", at: 2).hasPrefix("counted open"))
            script.policy.openDuration = .milliseconds(100)
            #expect(try script.take("acquire a", at: 101) == "no open 1")
            script.policy.openDuration = .milliseconds(5000)
            #expect(try script.take("acquire a", at: 101) == "no open 4901")
            script.policy.openDuration = .milliseconds(100)
            #expect(try script.take("acquire a", at: 102).hasPrefix("yes"))
            try script.take("force closed", at: 103)
            try script.take("F*3", at: 104)
            script.policy.window.type = .count
            script.policy.fillDependentDefaults()
            #expect(try script.take("view", at: 105) == "closed since 103 yes")
            let view = script.state.view(script.policy, at: Instant(milliseconds: 105))
            #expect(view.figures.counts.total == 0)
            #expect(view.figures.consecutiveFailures == 0)
        }
    }
}
