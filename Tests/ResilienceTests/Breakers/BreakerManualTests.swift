import Testing

@testable import Resilience

@Suite("Breaker, by hand")
struct BreakerManualTests {
    private let row = BreakerStateTests.row

    @Test("forced open: denies until it is released, and counts nothing")
    func forcedOpen() throws {
        try BreakerScript.run(
            row,
            [
                (0, "force forced_open", "done | forced_open manual at 0"),
                (86_400_000, "acquire a", "no forced_open null"),
                (86_400_000, "S", "not_closed forced_open"),
                (86_400_000, "settle a F", "not_closed forced_open"),
                (86_400_001, "release", "done | released released at 86400001"),
                (86_400_001, "acquire a", "yes"),
            ])
    }

    @Test("forced with an end: automatic from there, closed and empty, as of that instant")
    func until() throws {
        try BreakerScript.run(
            row,
            [
                (0, "F*2", "counted closed"),
                (0, "force forced_open 5000", "done | forced_open manual at 0"),
                (1000, "acquire a", "no forced_open 4000"),
                (4999, "view", "forced_open since 0 no 1"), (5000, "view", "closed since 5000 yes"),
                (6000, "F*2", "counted closed | released until_passed at 5000"),
                (6000, "F", "counted open | opened consecutive_failures at 6000"),
                (6000, "force forced_closed 7000", "done | forced_closed manual at 6000"),
                (6000, "acquire a", "yes"), (6500, "settle a F", "not_closed forced_closed"),
                (6500, "F*9", "not_closed forced_closed"),
                (7000, "acquire a", "yes | released until_passed at 7000"),
            ])
    }

    @Test("opened by hand: from now, automatic afterwards")
    func open() throws {
        try BreakerScript.run(
            row,
            [
                (100, "force open", "done | opened manual at 100"),
                (500, "acquire a", "no open 600"),
                (500, "force open", "done | opened manual at 500"),
                (1500, "acquire a", "yes | half_opened open_duration_over at 1500"),
                (1500, "force closed", "done | closed manual at 1500"),
                (1500, "settle a F", "stale_generation closed"),
            ])
    }

    @Test("an end that is past is over at once")
    func past() throws {
        try BreakerScript.run(
            row,
            [
                (5000, "force forced_open 4000", "done | forced_open manual at 5000"),
                (5000, "acquire a", "yes | released until_passed at 4000"),
            ])
    }

    @Test("reset: back to the beginning, but for the generation")
    func reset() throws {
        var script = BreakerScript(try .parsed(row))
        for step in ["F*3", "acquire a", "X", "reset"] { try script.take(step, at: 7) }
        let view = script.state.view(script.policy, at: Instant(milliseconds: 8))
        let fresh = BreakerState(at: Instant(milliseconds: 7))
            .view(script.policy, at: Instant(milliseconds: 8))
        #expect(view.generation == 3)
        #expect(view.figures == fresh.figures)
        #expect(view.position == fresh.position)
        #expect(view.since == fresh.since)
        #expect(view.timesOpened == 0)
        #expect(view.lastFailureAt == nil)
    }
}
