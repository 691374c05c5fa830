import TestSupport
import Testing

@testable import Resilience

@Suite("Limiter, with a clock that jumps")
struct LimiterClockTests {
    static let limits: [Limit] = [
        .greedy(10, per: 1000), .greedy(2, per: 500, burst: 30), .interval(10, per: 1000),
        .interval(3, per: 700, burst: 20), .window(10, per: 1000), .clock(10, per: 1000),
        .sliding(10, per: 1000), .leaky(10, per: 1000), .leaky(3, per: 700, burst: 20),
        .calendar(10, per: .day), .calendar(10, per: .month),
    ]

    /// The longest that anything may take to be as if nothing had been spent.
    private func longest(_ limit: Limit) -> Timespan {
        let periods = (limit.mostTaken + limit.quota - 1) / limit.quota
        return switch limit.pacing {
        case .greedy, .interval, .leaky: .milliseconds(periods * limit.period.milliseconds)
        case .firstHit: limit.period
        case .clock: limit.calendar == nil ? limit.period : .days(31)
        case .sliding: limit.period + limit.period
        }
    }

    @Test(
        "no jump freezes: every wait is as short as the limit has it, and enough", arguments: limits
    )
    func neverFrozen(limit: Limit) throws {
        let seed: UInt64 = 5
        var random = SplitMix64(seed: seed)
        let tier = Tier(name: "default", .limited([limit]), since: .epoch)
        var now = Instant(milliseconds: 1_800_000_000_000)
        var state = LimiterState(at: now)
        for _ in 0..<2000 {
            now = now + .milliseconds(Self.jump(&random))
            if random.next() % 5 == 0 { state = try state.restarted() }
            let cost = Int64.random(in: 0...limit.capacity, using: &random)
            let decision = state.acquire(cost, tier, at: now)
            let figures = try #require(decision.tightest)
            #expect((0...limit.capacity).contains(figures.remaining), "seed \(seed)")
            #expect(figures.reset <= longest(limit), "seed \(seed)")
            #expect(state.isFresh(tier, at: now + figures.reset), "seed \(seed)")
            guard let retry = decision.denial?.retryAfter else { continue }
            #expect(retry > .zero && retry <= longest(limit), "seed \(seed)")
            var later = state
            #expect(later.acquire(cost, tier, at: now + retry).isAllowed, "seed \(seed)")
        }
    }

    @Test(
        "a jump back by any length gives nothing away", arguments: limits,
        [1, 999, 86_400_000, 31 * 86_400_000, 366 * 86_400_000] as [Int64])
    func nothingGivenAway(limit: Limit, jumpMs: Int64) throws {
        let tier = Tier(name: "default", .limited([limit]), since: .epoch)
        let now = Instant(milliseconds: 1_800_000_000_000)
        var state = LimiterState(at: now)
        #expect(state.acquire(limit.capacity, tier, at: now).isAllowed)
        state = try state.restarted()
        let back = now + .milliseconds(-jumpMs)
        #expect(state.acquire(0, tier, at: back).tightest?.remaining == 0)
        #expect(!state.acquire(1, tier, at: back).isAllowed)
    }

    private static func jump(_ random: inout SplitMix64) -> Int64 {
        let sign: Int64 = random.next() % 2 == 0 ? 1 : -1
        return switch random.next() % 8 {
        case 0: sign * 86_400_000
        case 1: sign * .random(in: 0...(366 * 86_400_000), using: &random) / 20
        case 2: sign * .random(in: 0...2000, using: &random)
        default: .random(in: 0...300, using: &random)
        }
    }
}
