import Testing

@testable import Resilience

@Suite("Token bucket, greedy")
struct TokenBucketTests {
    @Test("spends down to nothing and refills continuously")
    func spendsAndRefills() throws {
        try LimiterScript.run(
            [.greedy(10, per: 1000)],
            [
                .yes(0, 3, 7, reset: 300), .yes(0, 7, 0, reset: 1000),
                .no(0, 1, 0, reset: 1000, retry: 100), .no(99, 1, 0, reset: 901, retry: 1),
                .yes(100, 1, 0, reset: 1000), .no(250, 2, 1, reset: 850, retry: 50),
                .yes(250, 1, 0, reset: 950), .yes(5000, 0, 10, reset: 0),
                .yes(5000, 10, 0, reset: 1000), .no(5000, 10, 0, reset: 1000, retry: 1000),
            ])
    }

    @Test("loses no fraction: a third of a token a call, for ever")
    func noDrift() throws {
        var steps: [Step] = [.yes(0, 3, 0, reset: 1000)]
        for call in Int64(1)...300 {
            let at = call * 1000 / 3
            let due = (call * 1000 + 2) / 3
            let reset = (3000 - 3 * at + (call - 1) * 1000 + 2) / 3
            if at < due { steps.append(.no(at, 1, 0, reset: reset, retry: 1)) }
            steps.append(.yes(due, 1, 0, reset: 1000))
        }
        try LimiterScript.run([.greedy(3, per: 1000)], steps)
    }

    @Test("figures are exact to the nanosecond")
    func exact() {
        let limit = Limit.greedy(3, per: 1)
        let tier = Tier(name: "default", .limited([limit]), since: .epoch)
        var state = LimiterState(at: .epoch)
        _ = state.acquire(3, tier, at: .epoch)
        let denied = state.acquire(1, tier, at: .epoch)
        #expect(denied.denial?.retryAfter == Timespan(nanoseconds: 333_334))
        #expect(!state.acquire(1, tier, at: Instant(nanoseconds: 333_333)).isAllowed)
        #expect(state.acquire(1, tier, at: Instant(nanoseconds: 333_334)).isAllowed)
        #expect(
            state.acquire(1, tier, at: Instant(nanoseconds: 333_334)).denial?.retryAfter
                == Timespan(nanoseconds: 333_333))
    }

    @Test("a burst above the quota fills at the quota's rate")
    func largeBurst() throws {
        try LimiterScript.run(
            [.greedy(1, per: 1000, burst: 5)],
            [
                .yes(0, 5, 0, reset: 5000), .no(0, 5, 0, reset: 5000, retry: 5000),
                .no(2500, 3, 2, reset: 2500, retry: 500), .yes(2500, 2, 0, reset: 4500),
                .yes(60_000, 5, 0, reset: 5000),
            ])
    }

    @Test("a burst below the quota holds no more than that")
    func smallBurst() throws {
        try LimiterScript.run(
            [.greedy(100, per: 1000, burst: 2)],
            [
                .no(0, 3, 2, reset: 0, retry: nil), .yes(0, 2, 0, reset: 20),
                .no(5, 1, 0, reset: 15, retry: 5), .yes(10, 1, 0, reset: 20),
                .yes(1000, 2, 0, reset: 20),
            ])
    }

    @Test("a cost of nothing is allowed, and spends nothing, even from an empty bucket")
    func looking() throws {
        try LimiterScript.run(
            [.greedy(2, per: 1000)],
            [
                .yes(0, 0, 2, reset: 0), .yes(0, 2, 0, reset: 1000), .yes(0, 0, 0, reset: 1000),
                .yes(250, 0, 0, reset: 750), .yes(500, 0, 1, reset: 500),
            ])
    }

    @Test("a refund fills the bucket, never above full")
    func refund() throws {
        try LimiterScript.run(
            [.greedy(10, per: 1000)],
            [
                .refund(0, 5, 10, reset: 0), .yes(0, 8, 2, reset: 800),
                .refund(0, 3, 5, reset: 500), .refund(100, 3, 9, reset: 100),
                .refund(100, 1_000_000_000, 10, reset: 0), .yes(100, 10, 0, reset: 1000),
                .refund(100, 0, 0, reset: 1000),
            ])
    }

    @Test(
        "a jump of the clock back gives nothing away and freezes nothing",
        arguments: [86_400_000, 366 * 86_400_000, 1] as [Int64])
    func clockBack(jumpMs: Int64) throws {
        try LimiterScript.run(
            [.greedy(10, per: 1000)], from: Instant(milliseconds: 1_800_000_000_000),
            [
                .yes(0, 10, 0, reset: 1000), .no(-jumpMs, 1, 0, reset: 1000, retry: 100),
                .yes(-jumpMs + 100, 1, 0, reset: 1000), .yes(-jumpMs + 1100, 10, 0, reset: 1000),
            ])
    }

    @Test(
        "a jump of the clock forward fills the bucket once",
        arguments: [86_400_000, 366 * 86_400_000] as [Int64])
    func clockForward(jumpMs: Int64) throws {
        try LimiterScript.run(
            [.greedy(10, per: 1000)],
            [
                .yes(0, 10, 0, reset: 1000), .yes(jumpMs, 10, 0, reset: 1000),
                .no(jumpMs, 1, 0, reset: 1000, retry: 100), .no(1, 1, 0, reset: 1000, retry: 100),
                .yes(101, 1, 0, reset: 1000),
            ])
    }
}
