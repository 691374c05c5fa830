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
