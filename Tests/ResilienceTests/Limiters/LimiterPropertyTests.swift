import TestSupport
import Testing

@testable import Resilience

@Suite("Limiter, over random histories")
struct LimiterPropertyTests {
    private static let pacings: [Limit.Pacing] = [
        .greedy, .interval, .firstHit, .clock, .sliding, .leaky,
    ]

    /// Limits small enough to be met, of every pacing.
    private static func limit(_ pacing: Limit.Pacing, _ random: inout SplitMix64) -> Limit {
        let quota = Int64.random(in: 1...12, using: &random)
        let burst = [.greedy, .interval, .leaky].contains(pacing)
        let capacity = burst ? Int64.random(in: 1...20, using: &random) : quota
        let periods: [Int64] = [1, 7, 1_000_000, 999_999_937, 60_000_000_000]
        let period = Timespan(nanoseconds: periods.randomElement(using: &random) ?? 1)
        if pacing == .clock, random.next() % 3 == 0 {
            return .calendar(quota, per: random.next() % 2 == 0 ? .minute : .month)
        }
        return Limit(pacing, quota: quota, capacity: capacity, period: period)
    }

    /// Moves on by nothing, a nanosecond, or up to two periods.
    private static func step(_ now: inout Instant, _ limit: Limit, _ random: inout SplitMix64) {
        let length = max(1, limit.length(at: now).nanoseconds)
        switch random.next() % 8 {
        case 0, 1: break
        case 2: now.nanoseconds += 1
        case 3: now.nanoseconds += length
        case 4: now.nanoseconds += .random(in: 0...2 * length, using: &random)
        default: now.nanoseconds += .random(in: 0...max(1, length / 4), using: &random)
        }
    }

    @Test(
        "each algorithm answers as the sum of its whole history",
        arguments: pacings,
        1...12 as ClosedRange<UInt64>)
    func againstTheNaive(pacing: Limit.Pacing, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let limit = Self.limit(pacing, &random)
        let place: Comment = "seed \(seed), \(limit)"
        let tier = Tier(name: "default", .limited([limit]), since: .epoch)
        var naive = NaiveLimit(limit)
        var now = Instant(nanoseconds: .random(in: 0...1_800_000_000_000_000_000, using: &random))
        var state = LimiterState(at: now)
        for _ in 0..<250 {
            Self.step(&now, limit, &random)
            if random.next() % 4 == 0 { state = try state.restarted() }
            let cost = Int64.random(in: 0...min(limit.capacity, 6), using: &random)
            let before = state
            let allowed = naive.allows(cost, at: now)
            let decision = state.acquire(cost, tier, at: now)
            #expect(decision.isAllowed == allowed, place)
            if allowed { checkDelay(decision, naive, at: now, place) }
            if allowed { naive.spend(cost, at: now) }
            let figures = try #require(decision.tightest)
            checkFigures(figures, naive, at: now, place)
            if let retry = decision.denial?.retryAfter {
                checkRetry(retry, of: cost, tier, before, naive, at: now, place)
            }
            checkReset(figures.reset, tier, state, at: now, place)
        }
    }

    private func checkFigures(
        _ figures: LimitFigures, _ naive: NaiveLimit, at now: Instant, _ place: Comment
    ) {
        let remaining = figures.remaining
        #expect((0...figures.limit.capacity).contains(remaining), place)
        #expect(naive.has(remaining, at: now), place)
        #expect(!naive.has(remaining + 1, at: now), place)
        if let wait = figures.nextToken {
            #expect(wait > .zero, place)
            #expect(naive.has(remaining + 1, at: now + wait), place)
            #expect(!naive.has(remaining + 1, at: now + wait - .nanosecond), place)
        }
    }

    private func checkDelay(
        _ decision: LimiterDecision, _ naive: NaiveLimit, at now: Instant, _ place: Comment
    ) {
        guard naive.limit.pacing == .leaky, decision.cost > 0 else {
            #expect(decision.delay == .zero, place)
            return
        }
        let parts = naive.leakyDelay(at: now.nanoseconds)
        let quota = Int128(naive.limit.quota)
        #expect(Int128(decision.delay.nanoseconds) == (parts + quota - 1) / quota, place)
    }

    private func checkRetry(
        _ retry: Timespan, of cost: Int64, _ tier: Tier, _ state: LimiterState,
        _ naive: NaiveLimit, at now: Instant, _ place: Comment
    ) {
        func allows(after wait: Timespan) -> Bool {
            var state = state
            return state.acquire(cost, tier, at: now + wait).isAllowed
        }
        #expect(naive.allows(cost, at: now + retry), place)
        #expect(!naive.allows(cost, at: now + retry - .nanosecond), place)
        #expect(allows(after: retry), place)
        #expect(!allows(after: retry - .nanosecond), place)
        let told = Timespan.milliseconds(retry.millisecondsRoundedUp)
        #expect(allows(after: told), place)
        #expect(!allows(after: told - .milliseconds(1)) || told - .milliseconds(1) < .zero, place)
    }

    private func checkReset(
        _ reset: Timespan, _ tier: Tier, _ state: LimiterState, at now: Instant, _ place: Comment
    ) {
        #expect(state.isFresh(tier, at: now + reset), place)
        #expect(reset == .zero || !state.isFresh(tier, at: now + reset - .nanosecond), place)
    }

    @Test(
        "in any span a greedy bucket allows at most its burst and its rate",
        arguments: 1...20 as ClosedRange<UInt64>)
    func bounded(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limit = Self.limit(.greedy, &random)
        let tier = Tier(name: "default", .limited([limit]), since: .epoch)
        var now = Instant.epoch
        var state = LimiterState(at: now)
        var spends: [NaiveLimit.Spend] = []
        for _ in 0..<400 {
            Self.step(&now, limit, &random)
            let cost = Int64.random(in: 1...limit.capacity, using: &random)
            guard state.acquire(cost, tier, at: now).isAllowed else { continue }
            spends.append(.init(at: now.nanoseconds, cost: cost))
        }
        let period = Int128(limit.period.nanoseconds)
        var broken = 0
        for first in spends.indices {
            var sum: Int128 = 0
            for spend in spends[first...] {
                sum += Int128(spend.cost) * period
                let elapsed = Int128(spend.at - spends[first].at)
                let most = Int128(limit.capacity) * period + Int128(limit.quota) * elapsed
                if sum > most { broken += 1 }
            }
        }
        #expect(!spends.isEmpty)
        #expect(broken == 0, "seed \(seed), \(limit)")
    }

    @Test(
        "several limits allow when each does, and spend from all or none",
        arguments: 1...20 as ClosedRange<UInt64>)
    func several(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let limits = (0..<4).map { _ in
            Self.limit(Self.pacings.randomElement(using: &random) ?? .greedy, &random)
        }
        let place: Comment = "seed \(seed), \(limits)"
        let tier = Tier(name: "default", .limited(limits), since: .epoch)
        var naive = limits.map(NaiveLimit.init)
        var now = Instant(nanoseconds: .random(in: 0...1_800_000_000_000_000_000, using: &random))
        var state = LimiterState(at: now)
        for _ in 0..<200 {
            Self.step(&now, limits.randomElement(using: &random) ?? limits[0], &random)
            let cost = Int64.random(in: 0...4, using: &random)
            let before = state
            let decision = state.acquire(cost, tier, at: now)
            #expect(decision.isAllowed == naive.allSatisfy { $0.allows(cost, at: now) }, place)
            if decision.isAllowed {
                for index in naive.indices { naive[index].spend(cost, at: now) }
            }
            for (figures, model) in zip(decision.limits, naive) {
                checkFigures(figures, model, at: now, place)
            }
            guard let denial = decision.denial else { continue }
            let exceeds = limits.contains { $0.capacity < cost }
            #expect(denial.reason == (exceeds ? .costExceedsLimit : .rateLimited), place)
            #expect((denial.retryAfter == nil) == exceeds, place)
            guard let retry = denial.retryAfter else { continue }
            var early = before
            var late = before
            #expect(late.acquire(cost, tier, at: now + retry).isAllowed, place)
            #expect(!early.acquire(cost, tier, at: now + retry - .nanosecond).isAllowed, place)
        }
    }

    @Test("looking changes nothing", arguments: 1...20 as ClosedRange<UInt64>)
    func looking(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limits = Self.pacings.map { Self.limit($0, &random) }
        let tier = Tier(name: "default", .limited(limits), since: .epoch)
        var now = Instant.epoch
        var watched = LimiterState(at: now)
        var unwatched = watched
        for _ in 0..<300 {
            Self.step(&now, limits.randomElement(using: &random) ?? limits[0], &random)
            for _ in 0..<Int(random.next() % 3) {
                let cost = Int64.random(in: 0...20, using: &random)
                _ = watched.acquire(cost, tier, spends: false, at: now)
            }
            if random.next() % 2 == 0 { continue }
            let cost = Int64.random(in: 0...3, using: &random)
            let answer = watched.acquire(cost, tier, at: now)
            #expect(answer == unwatched.acquire(cost, tier, at: now), "seed \(seed), \(limits)")
        }
    }
}

extension Timespan {
    fileprivate static let nanosecond = Timespan(nanoseconds: 1)
}

private func - (left: Instant, right: Timespan) -> Instant {
    Instant(nanoseconds: left.nanoseconds - right.nanoseconds)
}
