import TestSupport
import Testing

@testable import Resilience

@Suite("Limiter, when a key's tier ends")
struct LimiterSuccessionTests {
    private static let minute = Tier(
        name: "minute", .limited([.window(2, per: 60_000)]), since: .epoch)
    private static let second = Tier(
        name: "second", .limited([.window(1, per: 1000)]), since: .epoch)
    private static let none = Tier(name: "none", .blocked, since: .epoch)
    private static let any = Tier(name: "any", .unlimited, since: .epoch)

    /// The tier until then, and another after it.
    private static func tier(_ tier: Tier, untilMs: Int64, then next: Tier) -> Tier {
        var tier = tier
        tier.successor = .at(Instant(milliseconds: untilMs), next)
        return tier
    }

    @Test(
        "the wait is the shortest after which the same call is allowed, whatever the reason",
        arguments: [
            // What follows lets the call through at once, or never.
            (tier(none, untilMs: 5000, then: any), 1, "blocked 5000"),
            (tier(none, untilMs: 5000, then: none), 1, "blocked nil"),
            (tier(minute, untilMs: 5000, then: none), 1, "rate_limited nil"),
            (tier(minute, untilMs: 60_000, then: none), 1, "rate_limited nil"),
            (tier(minute, untilMs: 60_001, then: none), 1, "rate_limited 60000"),
            (tier(minute, untilMs: 5000, then: any), 1, "rate_limited 5000"),
            (tier(minute, untilMs: 70_000, then: any), 1, "rate_limited 60000"),
            // What follows has an account of its own, which is spent as well.
            (tier(minute, untilMs: 500, then: second), 1, "rate_limited 1000"),
            (tier(minute, untilMs: 5000, then: second), 1, "rate_limited 5000"),
            (tier(second, untilMs: 500, then: minute), 1, "rate_limited 60000"),
            (tier(none, untilMs: 500, then: second), 1, "blocked 1000"),
            // The cost fits into one of them only.
            (tier(second, untilMs: 500, then: minute), 2, "cost_exceeds_limit 60000"),
            (tier(minute, untilMs: 500, then: second), 2, "rate_limited nil"),
            (tier(second, untilMs: 500, then: any), 2, "cost_exceeds_limit 500"),
            (tier(second, untilMs: 500, then: second), 2, "cost_exceeds_limit nil"),
        ] as [(Tier, Int64, String)])
    func waits(tier: Tier, cost: Int64, expected: String) {
        var state = LimiterState(at: .epoch)
        #expect(state.acquire(2, Self.minute, at: .epoch).isAllowed)
        #expect(state.acquire(1, Self.second, at: .epoch).isAllowed)
        let denial = state.acquire(cost, tier, at: .epoch).denial
        let wait = denial?.retryAfter.map { "\($0.millisecondsRoundedUp)" } ?? "nil"
        #expect("\(denial?.reason.rawValue ?? "") \(wait)" == expected)
    }

    @Test("a wait that is over within the last millisecond of a tier is not told")
    func lastMillisecond() {
        // Full again after two thirds of a millisecond, and blocked before that is over.
        let limit = Limit.greedy(3, per: 2, burst: 1)
        let tier = Tier(name: "a", .limited([limit]), since: .epoch)
        var state = LimiterState(at: .epoch)
        #expect(state.acquire(1, tier, at: .epoch).isAllowed)
        var ending = tier
        ending.successor = .at(Instant(nanoseconds: 900_000), Self.none)
        #expect(state.acquire(1, ending, at: .epoch).denial?.retryAfter == nil)
        ending.successor = .at(Instant(nanoseconds: 1_000_001), Self.none)
        #expect(
            state.acquire(1, ending, at: .epoch).denial?.retryAfter
                == Timespan(nanoseconds: 666_667)
        )
    }

    @Test("a line is served by the tier that is in force at each call's turn")
    func line() {
        let tier = Self.tier(Self.minute, untilMs: 1500, then: Self.second)
        var state = LimiterState(at: .epoch)
        #expect(state.acquire(2, Self.minute, at: .epoch).isAllowed)
        let calls = (1...3).map { _ in (cost: Int64(1), tier: tier) }
        #expect(state.wait(for: Array(calls.prefix(1)), at: .epoch) == .milliseconds(1500))
        #expect(state.wait(for: calls, at: .epoch) == .milliseconds(3500))
    }

    @Test(
        "of all waits in whole milliseconds the first that is enough is told",
        arguments: 1...60 as ClosedRange<UInt64>)
    func againstTrying(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let tiers = (0..<3).map {
            LimiterTierTests.randomTier($0, since: .epoch, upToMs: 400, &random)
        }
        let all = tiers + [Self.none, Self.any]
        var state = LimiterState(at: .epoch)
        var now = Instant(nanoseconds: .random(in: 0...5_000_000, using: &random))
        var denials = 0
        for _ in 0..<150 {
            now.nanoseconds += .random(in: 0...30_000_000, using: &random)
            var tier = all.randomElement(using: &random) ?? Self.none
            if random.next() % 4 != 0 {
                let rest = Timespan(nanoseconds: .random(in: 1...300_000_000, using: &random))
                tier.successor = .at(now + rest, all.randomElement(using: &random) ?? Self.none)
            }
            let cost = Int64.random(in: 1...8, using: &random)
            guard let denial = state.acquire(cost, tier, at: now).denial else { continue }
            denials += 1
            let told = denial.retryAfter?.millisecondsRoundedUp
            func isAllowed(after wait: Int64) -> Bool {
                var copy = state
                let then = now + .milliseconds(wait)
                return copy.acquire(cost, tier, spends: false, at: then).isAllowed
            }
            let place: Comment = "seed \(seed), \(tier), \(cost) at \(now), told \(told ?? -1)"
            // All tiers have ended for a while then, or twelve tokens have come back by then.
            #expect(isAllowed(after: told ?? 10_000) == (told != nil), place)
            #expect(!isAllowed(after: (told ?? 10_001) - 1), place)
            #expect(!(1..<min(told ?? 400, 400)).contains(where: isAllowed), place)
        }
        #expect(denials > 5)
    }
}
