import Testing

@testable import Resilience

@Suite("Sliding window")
struct SlidingWindowTests {
    @Test("the window before counts by the share that the last period still covers")
    func fading() throws {
        try LimiterScript.run(
            [.sliding(10, per: 1000)],
            [
                .yes(500, 10, 0, reset: 1500), .no(500, 1, 0, reset: 1500, retry: 600),
                .no(1000, 1, 0, reset: 1000, retry: 100), .no(1099, 1, 0, reset: 901, retry: 1),
                .yes(1100, 1, 0, reset: 1900), .no(1100, 1, 0, reset: 1900, retry: 100),
                .yes(1200, 1, 0, reset: 1800), .no(1250, 1, 0, reset: 1750, retry: 50),
                .yes(1500, 3, 0, reset: 1500), .no(1999, 9, 4, reset: 1001, retry: 801),
                .yes(2000, 0, 5, reset: 1000), .yes(2000, 5, 0, reset: 2000),
                .yes(2800, 4, 0, reset: 1200), .yes(4000, 0, 10, reset: 0),
            ])
    }

    @Test("the whole quota is free again once both windows are empty")
    func empty() throws {
        try LimiterScript.run(
            [.sliding(4, per: 1000)],
            [
                .yes(999, 4, 0, reset: 1001), .no(999, 4, 0, reset: 1001, retry: 1001),
                .no(1999, 4, 3, reset: 1, retry: 1), .yes(2000, 4, 0, reset: 2000),
                .yes(4000, 4, 0, reset: 2000), .no(4000, 5, 0, reset: 2000, retry: nil),
                .yes(4000, 0, 0, reset: 2000), .yes(100_000, 4, 0, reset: 2000),
            ])
    }

    @Test("waits across the boundary when this window alone is too full")
    func acrossTheBoundary() throws {
        try LimiterScript.run(
            [.sliding(10, per: 1000)],
            [
                .yes(0, 10, 0, reset: 2000), .no(0, 1, 0, reset: 2000, retry: 1100),
                .no(1099, 1, 0, reset: 901, retry: 1), .yes(1100, 1, 0, reset: 1900),
                .no(1100, 10, 0, reset: 1900, retry: 1900), .yes(3000, 10, 0, reset: 2000),
            ])
    }

    @Test("a refund is taken from this window first, then from the one before")
    func refund() throws {
        try LimiterScript.run(
            [.sliding(10, per: 1000)],
            [
                .yes(0, 8, 2, reset: 2000), .yes(1500, 6, 0, reset: 1500),
                .refund(1500, 4, 4, reset: 1500), .refund(1500, 4, 7, reset: 500),
                .refund(1500, 100, 10, reset: 0), .yes(1500, 10, 0, reset: 1500),
            ])
    }

    @Test("figures are exact to the nanosecond")
    func exact() {
        let tier = Tier(name: "default", .limited([.sliding(3, per: 1)]), since: .epoch)
        var state = LimiterState(at: .epoch)
        _ = state.acquire(3, tier, at: .epoch)
        let denied = state.acquire(1, tier, at: Instant(nanoseconds: 1_000_000))
        #expect(denied.denial?.retryAfter == Timespan(nanoseconds: 333_334))
        #expect(!state.acquire(1, tier, at: Instant(nanoseconds: 1_333_333)).isAllowed)
        #expect(state.acquire(1, tier, at: Instant(nanoseconds: 1_333_334)).isAllowed)
    }

    @Test(
        "a jump of the clock back keeps what was spent, and no longer than two periods",
        arguments: [86_400_000, 366 * 86_400_000, 1000] as [Int64])
    func clockBack(jumpMs: Int64) throws {
        try LimiterScript.run(
            [.sliding(10, per: 1000)], from: Instant(milliseconds: 1_800_000_000_000),
            [
                .yes(0, 10, 0, reset: 2000), .no(-jumpMs, 1, 0, reset: 2000, retry: 1100),
                .yes(-jumpMs + 1100, 1, 0, reset: 1900), .yes(-jumpMs + 3000, 10, 0, reset: 2000),
            ])
    }

    @Test(
        "a jump of the clock forward empties the windows once",
        arguments: [86_400_000, 366 * 86_400_000] as [Int64])
    func clockForward(jumpMs: Int64) throws {
        try LimiterScript.run(
            [.sliding(10, per: 1000)],
            [
                .yes(0, 10, 0, reset: 2000), .yes(jumpMs, 10, 0, reset: 2000),
                .no(jumpMs, 1, 0, reset: 2000, retry: 1100),
                .no(5, 1, 0, reset: 1995, retry: 1095),
            ])
    }
}
