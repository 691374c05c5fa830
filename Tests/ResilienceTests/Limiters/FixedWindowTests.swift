import Testing

@testable import Resilience

@Suite("Fixed window")
struct FixedWindowTests {
    @Test("begins with the first call that spends, and its end belongs to the next")
    func firstHit() throws {
        try LimiterScript.run(
            [.window(5, per: 1000)],
            [
                .yes(100, 0, 5, reset: 0), .yes(300, 2, 3, reset: 1000),
                .yes(800, 3, 0, reset: 500), .no(800, 1, 0, reset: 500, retry: 500),
                .yes(800, 0, 0, reset: 500), .no(1299, 1, 0, reset: 1, retry: 1),
                .yes(1300, 5, 0, reset: 1000), .yes(9000, 1, 4, reset: 1000),
                .no(9000, 6, 4, reset: 1000, retry: nil), .no(9500, 5, 4, reset: 500, retry: 500),
            ])
    }

    @Test("aligned to the clock it begins at multiples of the period since the epoch")
    func clock() throws {
        try LimiterScript.run(
            [.clock(5, per: 1000)],
            [
                .yes(300, 2, 3, reset: 700), .yes(999, 3, 0, reset: 1),
                .no(999, 1, 0, reset: 1, retry: 1), .yes(1000, 5, 0, reset: 1000),
                .no(1500, 1, 0, reset: 500, retry: 500), .yes(2000, 0, 5, reset: 0),
            ])
    }

    @Test("before the epoch too")
    func beforeTheEpoch() throws {
        try LimiterScript.run(
            [.clock(5, per: 1000)], from: Instant(milliseconds: -1500),
            [
                .yes(0, 5, 0, reset: 500), .no(499, 1, 0, reset: 1, retry: 1),
                .yes(500, 5, 0, reset: 1000), .yes(1500, 5, 0, reset: 1000),
            ])
    }

    @Test(
        "a window of the calendar ends with its unit",
        arguments: [
            (.minute, "2026-02-28T23:59:59Z", 1000, 60_000),
            (.hour, "2026-02-28T23:59:59Z", 1000, 3_600_000),
            (.day, "2026-02-28T23:59:59Z", 1000, 86_400_000),
            (.week, "2026-03-01T23:59:59Z", 1000, 7 * 86_400_000),
            (.month, "2026-02-28T23:59:59Z", 1000, 31 * 86_400_000),
            (.month, "2024-01-31T23:59:59Z", 1000, 29 * 86_400_000),
            (.month, "2023-01-31T23:59:59Z", 1000, 28 * 86_400_000),
            (.year, "2023-12-31T23:59:59Z", 1000, 366 * 86_400_000),
            (.year, "2026-12-31T23:59:59Z", 1000, 365 * 86_400_000),
            (.year, "2199-12-31T23:59:59Z", 1000, 365 * 86_400_000),
        ] as [(CalendarUnit, String, Int64, Int64)])
    func calendar(unit: CalendarUnit, start: String, untilEndMs: Int64, nextMs: Int64) throws {
        let start = try #require(Instant(timestamp: start))
        try LimiterScript.run(
            [.calendar(3, per: unit)], from: start,
            [
                .yes(0, 2, 1, reset: untilEndMs), .yes(999, 1, 0, reset: 1),
                .no(999, 1, 0, reset: 1, retry: 1), .yes(1000, 3, 0, reset: nextMs),
                .no(1000, 1, 0, reset: nextMs, retry: nextMs),
                .no(1000 + nextMs - 1, 1, 0, reset: 1, retry: 1),
                .yes(1000 + nextMs, 1, 2, reset: next(unit, start, nextMs)),
            ])
    }

    private func next(_ unit: CalendarUnit, _ start: Instant, _ nextMs: Int64) -> Int64 {
        let window = unit.window(holding: start + .milliseconds(1000 + nextMs))
        return (window.upperBound - window.lowerBound).milliseconds
    }

    @Test("a refund frees the window; emptied, the next spend opens another")
    func refund() throws {
        try LimiterScript.run(
            [.window(5, per: 1000)],
            [
                .yes(0, 5, 0, reset: 1000), .refund(400, 2, 2, reset: 600),
                .refund(400, 100, 5, reset: 0), .yes(700, 5, 0, reset: 1000),
                .refund(1700, 1, 5, reset: 0),
            ])
    }

    @Test(
        "a jump of the clock back counts on in the window of that time, and no longer",
        arguments: [86_400_000, 366 * 86_400_000, 1] as [Int64])
    func clockBack(jumpMs: Int64) throws {
        let start = Instant(milliseconds: 1_800_000_000_000)
        try LimiterScript.run(
            [.window(5, per: 1000)], from: start,
            [
                .yes(0, 5, 0, reset: 1000), .no(-jumpMs, 1, 0, reset: 1000, retry: 1000),
                .no(-jumpMs + 999, 1, 0, reset: 1, retry: 1),
                .yes(-jumpMs + 1000, 5, 0, reset: 1000),
            ])
        try LimiterScript.run(
            [.calendar(5, per: .day)], from: start,
            [
                .yes(0, 4, 1, reset: 57_600_000),
                .yes(-86_400_000, 1, 0, reset: 57_600_000),
                .no(-86_400_000, 1, 0, reset: 57_600_000, retry: 57_600_000),
                .yes(-28_800_000, 5, 0, reset: 86_400_000),
            ])
    }

    @Test(
        "a jump of the clock forward opens one window",
        arguments: [86_400_000, 366 * 86_400_000] as [Int64])
    func clockForward(jumpMs: Int64) throws {
        try LimiterScript.run(
            [.window(5, per: 1000)],
            [
                .yes(0, 5, 0, reset: 1000), .yes(jumpMs, 5, 0, reset: 1000),
                .no(jumpMs, 1, 0, reset: 1000, retry: 1000),
                .no(1, 1, 0, reset: 1000, retry: 1000), .yes(1001, 1, 4, reset: 1000),
            ])
    }
}
