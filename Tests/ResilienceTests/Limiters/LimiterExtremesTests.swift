import Testing

@testable import Resilience

@Suite("Limiter, extremes")
struct LimiterExtremesTests {
    private static let year = Timespan.days(366)
    private static let most: Int64 = 1_000_000_000

    /// Every pacing at the corners of the documented ranges.
    static let corners: [Limit] = {
        var limits: [Limit] = []
        for quota in [1, most] {
            for period in [Timespan.milliseconds(1), year] {
                for pacing in [Limit.Pacing.firstHit, .clock, .sliding] {
                    limits.append(Limit(pacing, quota: quota, capacity: quota, period: period))
                }
                for capacity in [1, most] {
                    for pacing in [Limit.Pacing.greedy, .interval, .leaky] {
                        limits.append(
                            Limit(pacing, quota: quota, capacity: capacity, period: period))
                    }
                }
            }
            for unit in CalendarUnit.allCases { limits.append(.calendar(quota, per: unit)) }
        }
        return limits
    }()

    @Test(
        "the corners of all ranges are counted without a trap, up to the year 2200",
        arguments: corners)
    func corner(limit: Limit) throws {
        let tier = Tier(name: "default", .limited([limit]), since: .epoch)
        let instants = [
            "2200-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z", "2026-11-21T00:00:00Z",
            "2026-11-21T00:00:00.001Z", "2200-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
            "2199-12-31T00:00:00Z",
        ]
        for instant in instants {
            let now = try #require(Instant(timestamp: instant))
            var state = LimiterState(at: now)
            for cost in [0, 1, limit.capacity, Self.most, limit.capacity - 1] {
                let decision = state.acquire(cost, tier, at: now)
                check(decision, limit)
                check(state.acquire(cost, tier, at: now), limit)
                state = try state.restarted()
                if !decision.isAllowed { _ = state.noteDenial(quiet: tier.quiet(at: now), at: now) }
            }
            for other in instants {
                let later = try #require(Instant(timestamp: other))
                check(state.acquire(1, tier, at: later), limit)
                _ = state.endEpisode(at: later)
                state.refund(1, tier, at: later)
                _ = state.isFresh(at: later)
            }
            state.refund(Self.most, tier, at: now)
            check(state.acquire(limit.capacity, tier, at: now), limit)
        }
    }

    private func check(_ decision: LimiterDecision, _ limit: Limit) {
        guard let figures = decision.tightest else { return }
        #expect((0...limit.capacity).contains(figures.remaining))
        #expect(figures.reset >= .zero)
        #expect(figures.reset.millisecondsRoundedUp >= 0)
        #expect(figures.reset.secondsRoundedUp >= 0)
        #expect((figures.nextToken == nil) == (figures.remaining == limit.capacity))
        if let retry = decision.denial?.retryAfter { #expect(retry > .zero) }
    }

    @Test("a wait up to the last instant there is told, and one beyond it is not")
    func lastInstant() throws {
        let limits: [Limit] = [
            .greedy(1, per: 86_400_000), .interval(1, per: 86_400_000),
            .window(1, per: 86_400_000), .leaky(1, per: 86_400_000),
        ]
        for limit in limits {
            let tier = Tier(name: "default", .limited([limit]), since: .epoch)
            for (beforeEnd, isTold) in [(Timespan.days(2), true), (.seconds(60), false)] {
                let now = Instant(nanoseconds: .max - beforeEnd.nanoseconds)
                var state = LimiterState(at: now)
                #expect(state.acquire(1, tier, at: now).isAllowed)
                let denial = state.acquire(1, tier, at: now).denial
                #expect(denial?.reason == .rateLimited)
                #expect(denial?.retryAfter == (isTold ? .days(1) : nil), "\(limit)")
            }
            var last = LimiterState(at: .distantFuture)
            #expect(last.acquire(1, tier, at: .distantFuture).isAllowed)
            _ = last.acquire(1, tier, at: .distantFuture)
        }
    }

    @Test("any corner may be changed into any other")
    func changes() throws {
        let now = try #require(Instant(timestamp: "2200-01-01T00:00:00Z"))
        for old in Self.corners {
            var spent = LimiterState(at: now)
            let before = Tier(name: "default", .limited([old]), since: now)
            _ = spent.acquire(old.capacity, before, at: now)
            for new in Self.corners {
                var state = spent
                let later = now + .milliseconds(1)
                let after = Tier(name: "default", .limited([new]), since: later)
                check(state.acquire(1, after, at: later), new)
                check(state.acquire(1, after, at: now), new)
            }
        }
    }

    @Test("10⁹ a millisecond is a thousand tokens a microsecond, exactly")
    func fastest() {
        let tier = Tier(name: "default", .limited([.greedy(Self.most, per: 1)]), since: .epoch)
        var state = LimiterState(at: .epoch)
        #expect(state.acquire(Self.most, tier, at: .epoch).isAllowed)
        let denied = state.acquire(1001, tier, at: Instant(nanoseconds: 1)).denial
        #expect(denied?.retryAfter == Timespan(nanoseconds: 1))
        #expect(state.acquire(1000, tier, at: Instant(nanoseconds: 1)).isAllowed)
        #expect(state.acquire(1, tier, at: Instant(nanoseconds: 1)).denial != nil)
    }

    @Test("one token in 366 days comes after 366 days")
    func slowest() throws {
        let year = Self.year.milliseconds
        try LimiterScript.run(
            [.greedy(1, per: year)],
            [
                .yes(0, 1, 0, reset: year), .no(year - 1, 1, 0, reset: 1, retry: 1),
                .yes(year, 1, 0, reset: year),
            ])
        try LimiterScript.run(
            [.sliding(1_000_000_000, per: year)],
            [
                .yes(0, 1_000_000_000, 0, reset: 2 * year),
                .no(year, 1, 0, reset: year, retry: 32),
                .yes(year + 32, 1, 0, reset: 2 * year - 32),
            ])
    }

    @Test("what takes longer than the longest span is told as that span, and no wait helps")
    func beyondTheLongestSpan() {
        let limit = Limit(.greedy, quota: 1, capacity: Self.most, period: Self.year)
        let interval = Limit(.interval, quota: 1, capacity: Self.most, period: Self.year)
        let tier = Tier(name: "default", .limited([limit, interval]), since: .epoch)
        var state = LimiterState(at: .epoch)
        #expect(state.acquire(Self.most, tier, at: .epoch).isAllowed)
        let decision = state.acquire(Self.most, tier, at: .epoch)
        #expect(decision.denial == Denial(.rateLimited, retryAfter: nil))
        #expect(decision.limits.allSatisfy { $0.reset == Timespan(nanoseconds: .max) })
        #expect(decision.tightest?.reset.millisecondsRoundedUp == 9_223_372_036_855)
    }
}
