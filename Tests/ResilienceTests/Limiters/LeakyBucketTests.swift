import TestSupport
import Testing

@testable import Resilience

@Suite("Leaky bucket")
struct LeakyBucketTests {
    @Test("lets one call go in each slot, and denies all others")
    func alone() throws {
        try LimiterScript.run(
            [.leaky(10, per: 1000)],
            [
                .yes(0, 1, 0, reset: 100), .no(0, 1, 0, reset: 100, retry: 100),
                .no(99, 1, 0, reset: 1, retry: 1), .yes(100, 1, 0, reset: 100),
                .no(150, 1, 0, reset: 50, retry: 50), .yes(1000, 1, 0, reset: 100),
                .yes(1100, 0, 1, reset: 0),
            ])
    }

    @Test("calls at once are told to begin one slot after another, up to a burst ahead")
    func ahead() throws {
        try LimiterScript.run(
            [.leaky(10, per: 1000, burst: 4)],
            [
                .yes(0, 1, 3, reset: 100), .yes(0, 1, 2, reset: 200, delay: 100),
                .yes(0, 1, 1, reset: 300, delay: 200), .yes(0, 1, 0, reset: 400, delay: 300),
                .no(0, 1, 0, reset: 400, retry: 100), .no(99, 1, 0, reset: 301, retry: 1),
                .yes(100, 1, 0, reset: 400, delay: 300), .yes(250, 1, 0, reset: 350, delay: 250),
                .yes(600, 1, 3, reset: 100), .yes(2000, 1, 3, reset: 100),
            ])
    }

    @Test("a call begins with its first slot, and takes as many as it costs")
    func costs() throws {
        try LimiterScript.run(
            [.leaky(10, per: 1000, burst: 3)],
            [
                .yes(0, 3, 0, reset: 300), .no(50, 1, 0, reset: 250, retry: 50),
                .yes(100, 3, 0, reset: 500, delay: 200), .no(100, 1, 0, reset: 500, retry: 300),
                .no(400, 4, 1, reset: 200, retry: nil), .yes(400, 1, 0, reset: 300, delay: 200),
                .no(400, 3, 0, reset: 300, retry: 100), .yes(600, 2, 0, reset: 300, delay: 100),
            ])
    }

    @Test("a slot of no whole length drifts by nothing: delays are rounded once")
    func thirds() throws {
        try LimiterScript.run(
            [.leaky(3, per: 1000, burst: 4)],
            [
                .yes(0, 1, 3, reset: 334), .yes(0, 1, 2, reset: 667, delay: 333),
                .yes(0, 1, 1, reset: 1000, delay: 666), .yes(0, 1, 0, reset: 1334, delay: 1000),
                .no(333, 1, 0, reset: 1001, retry: 1), .yes(334, 1, 0, reset: 1333, delay: 999),
                .yes(1667, 4, 0, reset: 1334),
            ])
    }

    @Test("calls that come early enough keep every slot: a third of a second each, for ever")
    func noDrift() throws {
        var steps: [Step] = [.yes(0, 1, 1, reset: 334)]
        for call in Int64(1)...300 {
            let at = ((call - 1) * 1000 + 2) / 3
            let due = call * 1000 - 3 * at
            steps.append(.yes(at, 1, 0, reset: (due + 1002) / 3, delay: due / 3))
        }
        try LimiterScript.run([.leaky(3, per: 1000, burst: 2)], steps)
    }

    @Test("the longest delay of several limits holds, and all of them are charged")
    func several() throws {
        let limits = [Limit.leaky(10, per: 1000, burst: 5), .leaky(60, per: 60_000, burst: 2)]
        try LimiterScript.run(
            limits,
            [
                .yes(0, 1, 1, reset: 1000), .yes(0, 1, 0, reset: 2000, delay: 1000),
                .no(0, 1, 0, reset: 2000, retry: 1000), .no(999, 1, 0, reset: 1001, retry: 1),
                .yes(1000, 1, 0, reset: 2000, delay: 1000),
                .no(1000, 3, 0, reset: 2000, retry: nil),
            ])
    }

    @Test("looking takes no slot and waits for none, though none is near enough")
    func looking() throws {
        try LimiterScript.run(
            [.leaky(1, per: 1000)],
            [
                .yes(0, 0, 1, reset: 0), .yes(0, 1, 0, reset: 1000), .yes(0, 0, 0, reset: 1000),
                .yes(500, 0, 0, reset: 500), .yes(1000, 0, 1, reset: 0),
            ])
    }

    @Test("a refund frees the slots that are furthest ahead, never more than are taken")
    func refund() throws {
        try LimiterScript.run(
            [.leaky(10, per: 1000, burst: 4)],
            [
                .refund(0, 2, 4, reset: 0), .yes(0, 4, 0, reset: 400),
                .refund(0, 2, 2, reset: 200), .yes(0, 1, 1, reset: 300, delay: 200),
                .refund(50, 1_000_000_000, 4, reset: 0), .yes(50, 1, 3, reset: 100),
            ])
    }

    @Test("waiting for a near slot is as long as a denial tells, also behind others")
    func waiting() {
        let tier = Tier(
            name: "default", .limited([.leaky(10, per: 1000, burst: 2)]), since: .epoch)
        var state = LimiterState(at: .epoch)
        #expect(state.wait(for: [(1, tier), (1, tier)], at: .epoch) == .zero)
        _ = state.acquire(2, tier, at: .epoch)
        #expect(state.wait(for: [(1, tier)], at: .epoch) == .milliseconds(100))
        #expect(state.wait(for: [(2, tier), (2, tier)], at: .epoch) == .milliseconds(300))
        #expect(state.wait(for: [(3, tier)], at: .epoch) == nil)
    }

    @Test(
        "a clock set back freezes no queue and hands out no slot twice",
        arguments: [1, 86_400_000, 366 * 86_400_000] as [Int64])
    func clockBack(jumpMs: Int64) throws {
        try LimiterScript.run(
            [.leaky(10, per: 1000, burst: 2)], from: Instant(milliseconds: 1_800_000_000_000),
            [
                .yes(0, 2, 0, reset: 200), .no(-jumpMs, 1, 0, reset: 200, retry: 100),
                .yes(100 - jumpMs, 1, 0, reset: 200, delay: 100),
                .yes(300 - jumpMs, 1, 1, reset: 100),
            ])
    }

    @Test(
        "no two calls ever share a slot, and none begins further ahead than the burst allows",
        arguments: 1...20 as ClosedRange<UInt64>)
    func paced(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let quota = Int64.random(in: 1...9, using: &random)
        let burst = Int64.random(in: 1...6, using: &random)
        let limit = Limit.leaky(quota, per: 7, burst: burst)
        let tier = Tier(name: "default", .limited([limit]), since: .epoch)
        let slot = limit.period.nanoseconds / quota
        var state = LimiterState(at: .epoch)
        var now = Instant.epoch
        var free = Instant.epoch
        var allowed = 0
        for _ in 0..<500 {
            now.nanoseconds += .random(in: 0...3 * slot, using: &random)
            let cost = Int64.random(in: 1...burst, using: &random)
            let decision = state.acquire(cost, tier, at: now)
            guard decision.isAllowed else { continue }
            allowed += 1
            let begin = now + decision.delay
            #expect(begin >= free, "seed \(seed)")
            #expect(decision.delay.nanoseconds <= (burst - 1) * (slot + 1), "seed \(seed)")
            free = begin + Timespan(nanoseconds: cost * slot - 1)
        }
        #expect(allowed > 50)
    }
}
