import Testing

@testable import Resilience

@Suite("Breaker")
struct BreakerStateTests {
    static let row = """
        {"window":{"type":"consecutive"},"failure_threshold":3,"open_duration_ms":1000,\
        "half_open_permits":2,"success_threshold":2,"probe_timeout_ms":500}
        """

    @Test("closed: failures in a row open it, a success begins the row anew")
    func consecutive() throws {
        try BreakerScript.run(
            Self.row,
            [
                (0, "F", "counted closed"), (1, "T", "counted closed"), (2, "S", "counted closed"),
                (3, "F*2", "counted closed"), (4, "X*5", "ignored closed"),
                (5, "F", "counted open | opened consecutive_failures at 5"),
                (6, "F", "not_closed open"), (7, "acquire a", "no open 998"),
            ])
    }

    @Test("closed: several at once are counted, then judged once")
    func count() throws {
        try BreakerScript.run(
            #"{"window":{"type":"count","size":10},"minimum_calls":4,"open_duration_ms":1000}"#,
            [
                (0, "F*3", "counted closed"), (0, "S*4", "counted closed"),
                (0, "F", "counted open | opened failure_rate at 0"),
            ])
    }

    @Test("closed: a success can open it, when it makes the minimum of calls")
    func successOpens() throws {
        try BreakerScript.run(
            #"{"window":{"type":"count","size":4},"minimum_calls":4}"#,
            [
                (0, "F*2", "counted closed"), (0, "S", "counted closed"),
                (0, "S", "counted open | opened failure_rate at 0"),
            ])
    }

    @Test("closed: the number of failures opens it too, once there are enough calls")
    func failureThreshold() throws {
        try BreakerScript.run(
            #"{"minimum_calls":5,"failure_rate_threshold":1,"failure_threshold":2}"#,
            [
                (0, "F*2", "counted closed"), (0, "S*2", "counted closed"),
                (0, "S", "counted open | opened failures at 0"),
            ])
    }

    @Test("closed: slow means longer than; slow successes alone open it")
    func slow() throws {
        try BreakerScript.run(
            #"{"minimum_calls":2,"slow_call_duration_ms":100,"slow_call_rate_threshold":0.5}"#,
            [
                (0, "S100", "counted closed"), (0, "S", "counted closed"),
                (0, "S101", "counted closed"),
                (0, "S101", "counted open | opened slow_rate at 0"),
            ])
    }

    @Test("closed: in a time window a call counts for at most all of it, and more than 0.9")
    func slices() throws {
        let spec = #"{"window":{"type":"time","duration_ms":1000},"minimum_calls":3}"#
        try BreakerScript.run(
            spec,
            [
                (0, "F*2", "counted closed"),
                (999, "F", "counted open | opened failure_rate at 999"),
            ])
        try BreakerScript.run(
            spec,
            [
                (0, "F", "counted closed"), (99, "F", "counted closed"),
                (1000, "F", "counted closed"), (1899, "F", "counted closed"),
                (1999, "F", "counted open | opened failure_rate at 1999"),
            ])
        try BreakerScript.run(
            spec, [(99, "F*2", "counted closed"), (1000, "F", "counted closed")])
    }

    @Test("open: denies until its time is over, to the millisecond")
    func open() throws {
        try BreakerScript.run(
            Self.row,
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (0, "acquire a", "no open 1000"), (999, "acquire a", "no open 1"),
                (999, "view", "open since 0 no 1"), (1000, "view", "half_open since 1000 yes"),
                (1500, "S", "not_closed half_open"), (1500, "advance", "done"),
                (1500, "acquire a", "yes | half_opened open_duration_over at 1500"),
                (1500, "view", "half_open since 1000 yes"),
            ])
    }

    @Test("half-open: a settled probe frees its place, and enough of them close it")
    func closes() throws {
        try BreakerScript.run(
            Self.row,
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
                (1000, "acquire b", "yes"), (1000, "acquire c", "no probes_in_flight 500"),
                (1100, "settle a S", "counted half_open"), (1100, "acquire c", "yes"),
                (1200, "settle c S", "counted closed | closed probes_succeeded at 1200"),
                (1201, "settle b F", "stale_generation closed"),
                (1202, "F*2", "counted closed"), (1203, "acquire d", "yes"),
            ])
    }

    @Test("half-open: any failure opens it again", arguments: ["F", "T"])
    func reopens(outcome: String) throws {
        try BreakerScript.run(
            Self.row,
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
                (1000, "acquire b", "yes"), (1100, "settle a S", "counted half_open"),
                (1200, "settle b \(outcome)", "counted open | opened probe_failed at 1200"),
                (1200, "acquire c", "no open 1000"),
            ])
    }

    @Test("half-open: a slow probe opens it again, where slow is set")
    func slowProbe() throws {
        let spec = Self.row.dropLast() + #","slow_call_duration_ms":50}"#
        try BreakerScript.run(
            String(spec),
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
                (1000, "settle a S50", "counted half_open"), (1000, "acquire a", "yes"),
                (1000, "settle a S51", "counted open | opened probe_slow at 1000"),
            ])
    }

    @Test("by itself: half-opens at its instant, without a call")
    func automatic() throws {
        try BreakerScript.run(
            String(Self.row.dropLast() + #","automatic_half_open":true}"#),
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (999, "advance", "done"),
                (1700, "advance", "done | half_opened open_duration_over at 1000"),
                (1700, "view", "half_open since 1000 yes"), (1700, "acquire a", "yes"),
                // The probe expired at 2200, and the breaker half-opened again at 3200.
                (
                    5000, "advance",
                    "done | probe_expired+opened probe_expired at 2200"
                        + " | half_opened open_duration_over at 3200"
                ),
            ])
    }

    @Test("half-open: a denied call is told to ask again when a probe expires, or in a second")
    func probesInFlight() throws {
        let spec = Self.row.replacing(#""probe_timeout_ms":500"#, with: #""probe_timeout_ms":5000"#)
        try BreakerScript.run(
            spec,
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
                (1200, "acquire b", "yes"), (1200, "acquire c", "no probes_in_flight 1000"),
                (4999, "acquire c", "no probes_in_flight 1000"),
                (5400, "acquire c", "no probes_in_flight 600"),
                (5999, "view", "half_open since 1000 no 1"),
                (
                    6000, "acquire c",
                    "no open 1000 | probe_expired+opened probe_expired at 6000"
                ),
            ])
    }

    @Test("half-open: a lost probe opens it again for as long as before")
    func lostProbe() throws {
        let spec = #"""
            {"window":{"type":"consecutive"},"failure_threshold":1,"open_duration_ms":1000,\#
            "open_multiplier":2,"probe_timeout_ms":500}
            """#
        try BreakerScript.run(
            spec,
            [
                (0, "F", "counted open | opened consecutive_failures at 0"),
                (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
                (1000, "settle a F", "counted open | opened probe_failed at 1000"),
                (3000, "acquire a", "yes | half_opened open_duration_over at 3000"),
                (3500, "acquire b", "no open 2000 | probe_expired+opened probe_expired at 3500"),
                (5500, "acquire a", "yes | half_opened open_duration_over at 5500"),
                (6000, "acquire b", "no open 2000 | probe_expired+opened probe_expired at 6000"),
                (8000, "acquire a", "yes | half_opened open_duration_over at 8000"),
                (8000, "settle a F", "counted open | opened probe_failed at 8000"),
                (8000, "acquire a", "no open 4000"),
            ])
    }

    @Test("half-open: where it says so, a lost probe only frees its place")
    func releasedProbe() throws {
        try BreakerScript.run(
            String(Self.row.dropLast() + #","on_probe_timeout":"release"}"#),
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
                (1200, "acquire b", "yes"), (1499, "acquire c", "no probes_in_flight 1"),
                (1500, "acquire c", "yes | probe_expired probe_expired at 1500"),
                (1500, "settle a S", "expired half_open"),
                (1600, "settle b S", "counted half_open"),
                (9000, "view", "half_open since 1000 yes"),
                (9000, "acquire d", "yes | probe_expired probe_expired at 2000"),
                (9000, "settle d S", "counted closed | closed probes_succeeded at 9000"),
            ])
        try BreakerScript.run(
            String(Self.row.dropLast() + #","on_probe_timeout":"release"}"#),
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
                (1100, "acquire b", "yes"),
                (
                    9000, "advance",
                    "done | probe_expired probe_expired at 1500"
                        + " | probe_expired probe_expired at 1600"
                ),
                (9000, "acquire c", "yes"), (9000, "settle a F", "expired half_open"),
            ])
    }

    @Test("what is due next is told: a forced state's end, a deadline, half-opening by itself")
    func nextDue() throws {
        var script = BreakerScript(
            try .parsed(String(Self.row.dropLast() + #","automatic_half_open":true}"#)))
        func due() -> Int64? { script.state.nextDue(script.policy)?.milliseconds }
        #expect(due() == nil)
        try script.take("F*3", at: 0)
        #expect(due() == 1000)
        try script.take("advance", at: 1000)
        #expect(due() == nil)
        try script.take("acquire a", at: 1100)
        try script.take("acquire b", at: 1200)
        #expect(due() == 1600)
        try script.take("settle a X", at: 1300)
        #expect(due() == 1700)
        try script.take("force forced_closed 9000", at: 1300)
        #expect(due() == 9000)
        script.policy.automaticHalfOpen = false
        try script.take("force open", at: 1300)
        #expect(due() == nil)
    }

    @Test("each time it opens again it stays open longer; once closed it starts anew")
    func growing() throws {
        let spec = """
            {"window":{"type":"consecutive"},"failure_threshold":1,"open_duration_ms":100,\
            "open_multiplier":2,"max_open_duration_ms":300,"success_threshold":1}
            """
        try BreakerScript.run(
            spec,
            [
                (0, "F", "counted open | opened consecutive_failures at 0"),
                (100, "acquire a", "yes | half_opened open_duration_over at 100"),
                (100, "settle a F", "counted open | opened probe_failed at 100"),
                (299, "acquire a", "no open 1"),
                (300, "acquire a", "yes | half_opened open_duration_over at 300"),
                (300, "settle a F", "counted open | opened probe_failed at 300"),
                (300, "acquire a", "no open 300"),
                (600, "acquire a", "yes | half_opened open_duration_over at 600"),
                (600, "settle a S", "counted closed | closed probes_succeeded at 600"),
                (700, "F", "counted open | opened consecutive_failures at 700"),
                (700, "acquire a", "no open 100"),
            ])
    }

    @Test("the generation grows with each transition, reset and manual change")
    func generations() throws {
        var script = BreakerScript(try .parsed(Self.row))
        let steps: [(Int64, String, Int64)] = [
            (0, "F*2", 1), (0, "F", 2), (1000, "view", 2), (1000, "acquire a", 3),
            (1500, "advance", 4), (1500, "force forced_open", 5), (1500, "force forced_open", 6),
            (1500, "release", 7), (1500, "release", 8), (1500, "reset", 9), (1500, "acquire a", 9),
        ]
        for (ms, step, generation) in steps {
            try script.take(step, at: ms)
            #expect(script.state.generation == generation, "\(step)")
        }
    }
}
