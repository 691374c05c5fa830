/// A day of the proleptic Gregorian calendar.
///
/// The conversions count days from 1 March, so that the leap day is the last of its year; eras
/// are the 400-year cycles of 146 097 days (H. Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms").
///
/// Years are those that an ``Instant`` or a timestamp can be of, so that nothing here overflows.
struct CivilDate: Equatable, Sendable {
    /// The year; 1 BC is 0.
    let year: Int64
    /// The month, 1…12.
    let month: Int64
    /// The day of the month, 1…31.
    let day: Int64

    /// The date of that year, month and day, taken as they are.
    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date so many days after 1970-01-01.
    init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    var daysSinceEpoch: Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear.flooredDivision(by: 400)
        let yearOfEra = marchYear - era * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// How many days that month has.
    static func daysInMonth(_ month: Int64, ofYear year: Int64) -> Int64 {
        let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
        let next =
            month == 12
            ? CivilDate(year: year + 1, month: 1, day: 1)
            : CivilDate(year: year, month: month + 1, day: 1)
        return next.daysSinceEpoch - first
    }
}
