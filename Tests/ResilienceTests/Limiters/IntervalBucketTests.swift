import Testing

@testable import Resilience

@Suite("Token bucket, by intervals")
struct IntervalBucketTests {
    @Test("gets its quota back at each boundary, counted from the first spend out of full")
    func boundaries() throws {
        try LimiterScript.run(
            [.interval(10, per: 1000)],
            [
                .yes(300, 0, 10, reset: 0), .yes(400, 4, 6, reset: 1000),
                .yes(900, 6, 0, reset: 500), .no(1399, 1, 0, reset: 1, retry: 1),
                .yes(1400, 1, 9, reset: 1000), .yes(2399, 9, 0, reset: 1),
                .yes(2400, 10, 0, reset: 1000), .yes(9999, 10, 0, reset: 1000),
                .no(9999, 1, 0, reset: 1000, retry: 1000),
            ])
    }

    @Test("a burst above the quota takes several boundaries")
    func severalBoundaries() throws {
        try LimiterScript.run(
            [.interval(2, per: 100, burst: 5)],
            [
                .yes(0, 5, 0, reset: 300), .no(0, 5, 0, reset: 300, retry: 300),
                .no(50, 3, 0, reset: 250, retry: 150), .no(100, 3, 2, reset: 200, retry: 100),
                .yes(100, 1, 1, reset: 200), .yes(199, 0, 1, reset: 101),
                .yes(250, 3, 0, reset: 250), .yes(1000, 5, 0, reset: 300),
            ])
    }

    @Test("a burst below the quota is full at the next boundary")
    func smallBurst() throws {
        try LimiterScript.run(
            [.interval(10, per: 100, burst: 3)],
            [
                .no(0, 4, 3, reset: 0, retry: nil), .yes(0, 3, 0, reset: 100),
                .no(99, 1, 0, reset: 1, retry: 1), .yes(100, 3, 0, reset: 100),
            ])
    }

    @Test("a refund brings tokens back, never above full")
    func refund() throws {
        try LimiterScript.run(
            [.interval(5, per: 1000)],
            [
                .refund(0, 1, 5, reset: 0), .yes(0, 5, 0, reset: 1000),
                .refund(300, 2, 2, reset: 700), .refund(300, 9, 5, reset: 0),
                .yes(800, 5, 0, reset: 1000), .no(1000, 1, 0, reset: 800, retry: 800),
            ])
    }

    @Test(
        "a jump of the clock back begins a period, gives nothing away and freezes nothing",
        arguments: [86_400_000, 366 * 86_400_000, 1] as [Int64])
    func clockBack(jumpMs: Int64) throws {
        try LimiterScript.run(
            [.interval(5, per: 1000)], from: Instant(milliseconds: 1_800_000_000_000),
            [
                .yes(0, 5, 0, reset: 1000), .no(-jumpMs, 1, 0, reset: 1000, retry: 1000),
                .no(-jumpMs + 999, 1, 0, reset: 1, retry: 1),
                .yes(-jumpMs + 1000, 5, 0, reset: 1000),
            ])
    }

    @Test(
        "a jump of the clock forward fills the bucket once",
        arguments: [86_400_000, 366 * 86_400_000] as [Int64])
    func clockForward(jumpMs: Int64) throws {
        try LimiterScript.run(
            [.interval(5, per: 1000)],
            [
                .yes(0, 5, 0, reset: 1000), .yes(jumpMs, 5, 0, reset: 1000),
                .no(jumpMs, 1, 0, reset: 1000, retry: 1000),
                .no(1, 1, 0, reset: 1000, retry: 1000),
            ])
    }
}
