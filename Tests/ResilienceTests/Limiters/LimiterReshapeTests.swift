import Testing

@testable import Resilience

@Suite("Limiter, changed")
struct LimiterReshapeTests {
    /// Spends `cost` at once on `old`, changes to `new` at `changeMs`, and looks.
    private func remaining(
        _ old: [Limit], spending cost: Int64, at spentMs: Int64 = 0, then new: [Limit],
        changedAt changeMs: Int64, seenAt nowMs: Int64
    ) throws -> [Int64] {
        var state = LimiterState(at: .epoch)
        let before = Tier(name: "default", .limited(old), since: .epoch)
        #expect(state.acquire(cost, before, at: Instant(milliseconds: spentMs)).isAllowed)
        state = try state.restarted()
        let after = Tier(
            name: "default", .limited(new), since: Instant(milliseconds: changeMs))
        let now = Instant(milliseconds: nowMs)
        let figures = state.acquire(0, after, at: now).limits.map(\.remaining)
        state = try state.restarted()
        #expect(state.acquire(0, after, at: now).limits.map(\.remaining) == figures)
        return figures
    }

    @Test(
        "a bucket's level becomes what the new burst has left of what was spent",
        arguments: [
            (10, 6, 20, 14), (10, 6, 5, 0), (10, 6, 6, 0), (10, 6, 7, 1), (10, 0, 3, 3),
            (10, 10, 1_000_000_000, 999_999_990), (1_000_000_000, 1_000_000_000, 1, 0),
        ] as [(Int64, Int64, Int64, Int64)])
    func bursts(old: Int64, used: Int64, new: Int64, left: Int64) throws {
        for pacing in [Limit.Pacing.greedy, .interval, .leaky] {
            for next in [Limit.Pacing.greedy, .interval, .leaky] {
                let second = Timespan.seconds(1)
                let limits = [
                    Limit(pacing, quota: 10, capacity: old, period: second),
                    Limit(next, quota: 10, capacity: new, period: second),
                ]
                let figures = try remaining(
                    [limits[0]], spending: used, then: [limits[1]], changedAt: 0, seenAt: 0)
                #expect(figures == [left], "\(pacing) to \(next)")
            }
        }
    }

    @Test("a smaller burst is refilled as from empty, not paid off")
    func smallerBurst() throws {
        let figures = try remaining(
            [.greedy(100, per: 1000)], spending: 100, then: [.greedy(5, per: 1000)], changedAt: 0,
            seenAt: 200)
        #expect(figures == [1])
    }

    @Test("the old rate counts up to the change, the new one from there")
    func rates() throws {
        let figures = try remaining(
            [.greedy(10, per: 1000)], spending: 10, then: [.greedy(10, per: 10_000)],
            changedAt: 500, seenAt: 2500)
        #expect(figures == [7])
    }

    @Test("a change of which the state learns late counts from when it was made")
    func late() throws {
        let figures = try remaining(
            [.interval(10, per: 1000)], spending: 10, then: [.interval(2, per: 1000, burst: 10)],
            changedAt: 500, seenAt: 1000)
        #expect(figures == [2])
    }

    @Test("a shorter period counts from the change: nothing is refilled for the time before it")
    func shorterInterval() throws {
        let day: Int64 = 86_400_000
        let old = Limit.interval(60, per: day)
        let new = Limit.interval(60, per: 60_000)
        for seenAt in [day / 2, day / 2 + 59_999] {
            let figures = try remaining(
                [old], spending: 60, then: [new], changedAt: day / 2, seenAt: seenAt)
            #expect(figures == [0])
        }
        let figures = try remaining(
            [old], spending: 60, then: [new], changedAt: day / 2, seenAt: day / 2 + 60_000)
        #expect(figures == [60])
    }

    @Test(
        "a window keeps its count where its length is the same, else it starts empty",
        arguments: [
            (.window(10, per: 1000), .window(8, per: 1000), 1),
            (.window(10, per: 1000), .window(5, per: 1000), 0),
            (.window(10, per: 1000), .window(20, per: 1000), 13),
            (.window(10, per: 1000), .window(10, per: 2000), 10),
            (.clock(10, per: 1000), .clock(8, per: 1000), 1),
            (.clock(10, per: 1000), .clock(8, per: 999), 8),
            (.window(10, per: 1000), .clock(8, per: 1000), 1),
            (.clock(10, per: 1000), .window(8, per: 1000), 1),
            (.calendar(10, per: .day), .calendar(9, per: .day), 2),
            (.calendar(10, per: .day), .calendar(9, per: .week), 9),
            (.sliding(10, per: 1000), .sliding(8, per: 1000), 1),
            (.sliding(10, per: 1000), .sliding(8, per: 500), 8),
            (.sliding(10, per: 1000), .sliding(3, per: 1000), 0),
        ] as [(Limit, Limit, Int64)])
    func windows(old: Limit, new: Limit, left: Int64) throws {
        let figures = try remaining([old], spending: 7, then: [new], changedAt: 100, seenAt: 200)
        #expect(figures == [left])
    }

    @Test("a queue keeps the slots that calls were told to wait for, at the new distance")
    func queue() throws {
        var state = LimiterState(at: .epoch)
        let slow = Tier(name: "", .limited([.leaky(1, per: 1000, burst: 3)]), since: .epoch)
        for _ in 0..<3 { #expect(state.acquire(1, slow, at: .epoch).isAllowed) }
        let now = Instant(milliseconds: 500)
        let fast = Tier(name: "", .limited([.leaky(10, per: 1000, burst: 3)]), since: now)
        let denied = state.acquire(1, fast, at: now)
        #expect(denied.denial?.retryAfter == .milliseconds(50))
        #expect(denied.tightest?.reset == .milliseconds(250))
        let near = Tier(name: "", .limited([.leaky(10, per: 1000)]), since: now)
        state = try state.restarted()
        let one = state.acquire(1, near, at: now)
        #expect(one.denial?.retryAfter == .milliseconds(100))
        let bucket = Tier(name: "", .limited([.greedy(10, per: 1000)]), since: now)
        // What was denied in between left nothing behind.
        #expect(state.acquire(0, bucket, at: now).tightest?.remaining == 7)
    }

    @Test("a window that has ended is empty after the change too")
    func endedWindow() throws {
        let figures = try remaining(
            [.window(10, per: 1000)], spending: 7, then: [.window(8, per: 1000)], changedAt: 500,
            seenAt: 1000)
        #expect(figures == [8])
    }

    @Test("limits are matched by their length, then by their place")
    func several() throws {
        let second = Limit.greedy(10, per: 1000)
        let minute = Limit.greedy(100, per: 60_000)
        let hour = Limit.greedy(1000, per: 3_600_000)
        #expect(
            try remaining(
                [second, minute], spending: 5, then: [minute, second], changedAt: 0, seenAt: 0)
                == [95, 5])
        #expect(
            try remaining([second, minute], spending: 5, then: [hour], changedAt: 0, seenAt: 0)
                == [995])
        #expect(
            try remaining([minute], spending: 5, then: [second, minute], changedAt: 0, seenAt: 0)
                == [10, 95])
        #expect(
            try remaining(
                [second, minute], spending: 5, then: [second, hour], changedAt: 0, seenAt: 0)
                == [5, 995])
    }

    @Test("a change dated after now, the clock having been set back, counts from now")
    func clockBack() throws {
        let figures = try remaining(
            [.greedy(10, per: 1000)], spending: 10, at: 5000, then: [.greedy(20, per: 1000)],
            changedAt: 86_400_000, seenAt: 0)
        #expect(figures == [10])
    }
}
