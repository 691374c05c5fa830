import TestSupport
import Testing

@testable import Resilience

@Suite("Calendar windows")
struct CalendarUnitTests {
    @Test(
        "have their true length in UTC",
        arguments: [
            (.minute, "2026-01-31T12:34:56.789Z", "2026-01-31T12:34:00Z", "2026-01-31T12:35:00Z"),
            (.minute, "2026-01-31T12:34:00Z", "2026-01-31T12:34:00Z", "2026-01-31T12:35:00Z"),
            (.hour, "2026-01-31T23:59:59.999Z", "2026-01-31T23:00:00Z", "2026-02-01T00:00:00Z"),
            (.day, "2024-02-28T12:00:00Z", "2024-02-28T00:00:00Z", "2024-02-29T00:00:00Z"),
            (.day, "2023-02-28T12:00:00Z", "2023-02-28T00:00:00Z", "2023-03-01T00:00:00Z"),
            (.week, "2026-11-21T00:00:00Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
            (.week, "2026-11-16T00:00:00Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
            (.week, "2026-11-15T23:59:59Z", "2026-11-09T00:00:00Z", "2026-11-16T00:00:00Z"),
            (.week, "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"),
            (.week, "2024-12-31T00:00:00Z", "2024-12-30T00:00:00Z", "2025-01-06T00:00:00Z"),
            (.month, "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
            (.month, "2100-02-28T01:00:00Z", "2100-02-01T00:00:00Z", "2100-03-01T00:00:00Z"),
            (.month, "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            (.year, "2024-12-31T23:59:59Z", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
            (.year, "2200-06-01T00:00:00Z", "2200-01-01T00:00:00Z", "2201-01-01T00:00:00Z"),
            (.minute, "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:00Z", "1970-01-01T00:00:00Z"),
            (.day, "1969-12-31T23:59:59.999Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"),
            (.month, "1969-12-01T00:00:00Z", "1969-12-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            (.year, "1900-03-01T00:00:00Z", "1900-01-01T00:00:00Z", "1901-01-01T00:00:00Z"),
        ] as [(CalendarUnit, String, String, String)])
    func table(unit: CalendarUnit, instant: String, start: String, end: String) throws {
        let window = unit.window(holding: try #require(Instant(timestamp: instant)))
        #expect(window.lowerBound == Instant(timestamp: start))
        #expect(window.upperBound == Instant(timestamp: end))
    }

    @Test(
        "hold their instant and follow each other without a gap", arguments: CalendarUnit.allCases)
    func withoutGaps(unit: CalendarUnit) throws {
        let seed: UInt64 = 7
        var random = SplitMix64(seed: seed)
        let earliest = try #require(Instant(timestamp: "1900-01-01T00:00:00Z")).nanoseconds
        let latest = try #require(Instant(timestamp: "2200-12-31T00:00:00Z")).nanoseconds
        for _ in 0..<2000 {
            let instant = Instant(nanoseconds: .random(in: earliest...latest, using: &random))
            let window = unit.window(holding: instant)
            let next = unit.window(holding: window.upperBound)
            let last = Instant(nanoseconds: window.upperBound.nanoseconds - 1)
            #expect(window.contains(instant), "seed \(seed)")
            #expect(next.lowerBound == window.upperBound, "seed \(seed)")
            #expect(unit.window(holding: window.lowerBound) == window, "seed \(seed)")
            #expect(unit.window(holding: last) == window, "seed \(seed)")
        }
    }

    @Test("weeks begin on Monday for three hundred years")
    func mondays() throws {
        var start = CalendarUnit.week.window(
            holding: try #require(Instant(timestamp: "1900-01-01T00:00:00Z"))
        ).lowerBound
        #expect(start.timestamp == "1900-01-01T00:00:00.000Z")
        for _ in 0..<15_652 {
            let window = CalendarUnit.week.window(holding: start)
            #expect(window.lowerBound == start)
            #expect(window.upperBound - start == .days(7))
            start = window.upperBound
        }
    }

    @Test(
        "windows of a fixed length are counted from the epoch, before it too",
        arguments: [
            (0, 10, 0), (9, 10, 0), (10, 10, 10), (-1, 10, -10), (-10, 10, -10), (-11, 10, -20),
        ] as [(Int64, Int64, Int64)])
    func aligned(now: Int64, length: Int64, start: Int64) {
        let window = CalendarUnit.aligned(
            Instant(nanoseconds: now), to: Timespan(nanoseconds: length))
        #expect(window.lowerBound.nanoseconds == start)
        #expect(window.upperBound.nanoseconds == start + length)
    }
}
