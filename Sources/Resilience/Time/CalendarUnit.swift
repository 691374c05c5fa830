/// A window of the UTC calendar, of its true length; weeks begin on Monday.
public enum CalendarUnit: String, CaseIterable, Sendable {
    case minute, hour, day, week, month, year

    /// The window that holds `instant`: its start, and the start of the next.
    public func window(holding instant: Instant) -> Range<Instant> {
        switch self {
        case .minute: Self.aligned(instant, to: .seconds(60))
        case .hour: Self.aligned(instant, to: .seconds(3600))
        case .day: Self.aligned(instant, to: .days(1))
        case .week: Self.week(holding: Self.day(of: instant))
        case .month: Self.month(holding: CivilDate(daysSinceEpoch: Self.day(of: instant)))
        case .year: Self.year(holding: CivilDate(daysSinceEpoch: Self.day(of: instant)))
        }
    }

    /// The window of a fixed length, above zero, counted from the epoch, that holds `instant`.
    static func aligned(_ instant: Instant, to length: Timespan) -> Range<Instant> {
        let index = instant.nanoseconds.flooredDivision(by: length.nanoseconds)
        // Before the first multiple that there is, the window begins with the range.
        let start = Instant(nanoseconds: index.multipliedClamped(by: length.nanoseconds))
        return start..<(start + length)
    }

    private static func day(of instant: Instant) -> Int64 {
        instant.nanoseconds.flooredDivision(by: Timespan.days(1).nanoseconds)
    }

    private static func week(holding day: Int64) -> Range<Instant> {
        // 1970-01-01 was a Thursday: three days after a Monday.
        let monday = (day + 3).flooredDivision(by: 7) * 7 - 3
        return midnight(monday)..<midnight(monday + 7)
    }

    private static func month(holding date: CivilDate) -> Range<Instant> {
        let first = CivilDate(year: date.year, month: date.month, day: 1).daysSinceEpoch
        let days = CivilDate.daysInMonth(date.month, ofYear: date.year)
        return midnight(first)..<midnight(first + days)
    }

    private static func year(holding date: CivilDate) -> Range<Instant> {
        let first = CivilDate(year: date.year, month: 1, day: 1).daysSinceEpoch
        let next = CivilDate(year: date.year + 1, month: 1, day: 1).daysSinceEpoch
        return midnight(first)..<midnight(next)
    }

    private static func midnight(_ day: Int64) -> Instant {
        .epoch + Timespan.days(day)
    }
}
