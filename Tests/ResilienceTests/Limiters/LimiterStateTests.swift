import TestSupport
import Testing

@testable import Resilience

@Suite("Limiter")
struct LimiterStateTests {
    @Test("all limits must pass, and nothing is spent unless all do")
    func allOrNothing() throws {
        try LimiterScript.run(
            [.greedy(10, per: 1000), .window(12, per: 60_000)],
            [
                .yes(0, 6, 4, reset: 600), .no(0, 6, 4, reset: 600, retry: 200),
                .yes(1000, 4, 2, reset: 59_000), .no(1000, 3, 2, reset: 59_000, retry: 59_000),
                .no(1000, 7, 2, reset: 59_000, retry: 59_000),
                .yes(1000, 2, 0, reset: 59_000), .yes(60_000, 10, 0, reset: 1000),
                .no(60_000, 2, 0, reset: 1000, retry: 200),
            ])
    }

    @Test("the figures of every limit are told, in order, as they are after the call")
    func figures() {
        let limits: [Limit] = [
            .greedy(10, per: 1000), .sliding(20, per: 1000), .interval(5, per: 9),
        ]
        let tier = Tier(name: "pro", .limited(limits), since: .epoch)
        var state = LimiterState(at: .epoch)
        let decision = state.acquire(2, tier, at: .epoch)
        #expect(decision.tier == "pro")
        #expect(decision.cost == 2)
        #expect(decision.limits.map(\.limit) == limits)
        #expect(decision.limits.map(\.remaining) == [8, 18, 3])
        #expect(
            decision.limits.map(\.reset) == [
                .milliseconds(200), .milliseconds(2000), .milliseconds(9),
            ])
        #expect(
            decision.limits.map(\.nextToken) == [
                .milliseconds(100), .milliseconds(1500), .milliseconds(9),
            ])
        #expect(decision.tightest == decision.limits[2])
    }

    @Test("of equal remainders the longest reset is told")
    func longestReset() {
        let limits: [Limit] = [.greedy(5, per: 1000), .window(5, per: 7000), .window(5, per: 1000)]
        var state = LimiterState(at: .epoch)
        let tier = Tier(name: "default", .limited(limits), since: .epoch)
        #expect(state.acquire(1, tier, at: .epoch).tightest?.limit == limits[1])
    }

    @Test("there is no next token when all are there")
    func nextTokenOfFull() {
        var state = LimiterState(at: .epoch)
        let tier = Tier(name: "default", .limited([.greedy(5, per: 1000)]), since: .epoch)
        #expect(state.acquire(0, tier, at: .epoch).limits[0].nextToken == nil)
        #expect(state.acquire(0, tier, at: .epoch).limits[0].reset == .zero)
    }

    @Test("a cost above any limit never passes, whatever the others say")
    func costExceedsLimit() {
        let limits: [Limit] = [.greedy(10, per: 1000), .window(5, per: 1000)]
        let tier = Tier(name: "default", .limited(limits), since: .epoch)
        var state = LimiterState(at: .epoch)
        _ = state.acquire(5, tier, at: .epoch)
        let denial = state.acquire(6, tier, at: .epoch).denial
        #expect(denial == Denial(.costExceedsLimit, retryAfter: nil))
        #expect(state.acquire(5, tier, at: .epoch).denial?.reason == .rateLimited)
    }

    @Test(
        "unlimited allows everything and keeps nothing",
        arguments: [0, 1, 1_000_000_000] as [Int64])
    func unlimited(cost: Int64) {
        let tier = Tier(name: "internal", .unlimited, since: .epoch)
        var state = LimiterState(at: .epoch)
        let decision = state.acquire(cost, tier, at: .epoch)
        #expect(decision.isAllowed)
        #expect(decision.tightest == nil)
        #expect(state == LimiterState(at: .epoch))
        state.refund(cost, tier, at: .epoch)
        #expect(state.isFresh(at: .epoch))
    }

    @Test("blocked denies everything, even looking", arguments: [0, 1, 1_000_000_000] as [Int64])
    func blocked(cost: Int64) {
        let tier = Tier(name: "banned", .blocked, since: .epoch)
        var state = LimiterState(at: .epoch)
        let decision = state.acquire(cost, tier, at: .epoch)
        #expect(decision.denial == Denial(.blocked, retryAfter: nil))
        #expect(decision.limits.isEmpty)
        state.refund(cost, tier, at: .epoch)
        #expect(state == LimiterState(at: .epoch))
    }

    @Test("a refund goes to every limit of the tier")
    func refund() throws {
        try LimiterScript.run(
            [.greedy(10, per: 1000), .window(20, per: 1000)],
            [
                .yes(0, 10, 0, reset: 1000), .refund(0, 4, 4, reset: 600),
                .yes(0, 4, 0, reset: 1000), .yes(900, 9, 0, reset: 1000),
                .no(900, 2, 0, reset: 1000, retry: 200), .refund(900, 10, 10, reset: 0),
                .refund(900, 10, 10, reset: 0),
            ])
    }

    @Test(
        "forgetting a fresh state changes no answer",
        arguments: [
            .greedy(7, per: 1000), .greedy(3, per: 1000, burst: 20),
            .interval(4, per: 700, burst: 9),
            .window(6, per: 500), .clock(6, per: 500), .sliding(8, per: 600),
            .calendar(9, per: .minute),
        ] as [Limit])
    func fresh(limit: Limit) {
        let seed: UInt64 = 99
        var random = SplitMix64(seed: seed)
        let tier = Tier(name: "default", .limited([limit]), since: .epoch)
        var state = LimiterState(at: .epoch)
        var now = Instant.epoch
        var forgotten = 0
        for _ in 0..<3000 {
            let steps = random.next() % 10 == 0 ? 90_000_000_000 : 400_000_000
            now.nanoseconds += Int64.random(in: 0...Int64(steps), using: &random)
            let cost = Int64.random(in: 0...3, using: &random)
            if state.isFresh(at: now) {
                forgotten += 1
                var kept = state
                var new = LimiterState(at: now)
                let answer = kept.acquire(cost, tier, at: now)
                #expect(answer == new.acquire(cost, tier, at: now), "seed \(seed)")
                let later = now + .milliseconds(Int64(random.next() % 1500))
                #expect(
                    kept.acquire(3, tier, at: later) == new.acquire(3, tier, at: later),
                    "seed \(seed)")
            }
            _ = state.acquire(cost, tier, at: now)
        }
        #expect(forgotten > 20)
    }

    @Test("a changed limit is not fresh before its new rate has filled it")
    func freshAfterChange() {
        var state = LimiterState(at: .epoch)
        let fast = Tier(name: "default", .limited([.greedy(10, per: 1000)]), since: .epoch)
        let slow = Tier(
            name: "default", .limited([.greedy(10, per: 86_400_000)]),
            since: Instant(milliseconds: 500))
        _ = state.acquire(10, fast, at: .epoch)
        let now = Instant(milliseconds: 1000)
        #expect(state.isFresh(fast, at: now))
        #expect(!state.isFresh(slow, at: now))
        #expect(state.isFresh(slow, at: Instant(milliseconds: 86_400_000)))
        #expect(state.acquire(0, slow, at: now).tightest?.remaining == 5)
    }
}
