import Testing

@testable import Resilience

@Suite("Civil date")
struct CivilDateTests {
    @Test(
        "counts days from 1970-01-01",
        arguments: [
            (1970, 1, 1, 0), (1970, 1, 2, 1), (1969, 12, 31, -1), (1970, 3, 1, 59),
            (1972, 2, 29, 789), (1900, 1, 1, -25_567), (1900, 2, 28, -25_509),
            (1900, 3, 1, -25_508), (2000, 1, 1, 10_957), (2000, 2, 29, 11_016),
            (2000, 3, 1, 11_017), (2024, 2, 29, 19_782), (2026, 1, 31, 20_484),
            (2038, 1, 19, 24_855), (2100, 2, 28, 47_540), (2100, 3, 1, 47_541),
            (2200, 12, 31, 84_370), (1600, 1, 1, -135_140), (0, 3, 1, -719_468),
            (-1, 12, 31, -719_529),
        ] as [(Int64, Int64, Int64, Int64)])
    func table(year: Int64, month: Int64, day: Int64, days: Int64) {
        let date = CivilDate(year: year, month: month, day: day)
        #expect(date.daysSinceEpoch == days)
        #expect(CivilDate(daysSinceEpoch: days) == date)
    }

    @Test("every day from 1900 to 2200 follows the one before, and back again")
    func everyDay() {
        var days = CivilDate(year: 1900, month: 1, day: 1).daysSinceEpoch
        var mismatches = 0
        for year in Int64(1900)...2200 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (month, length) in zip(Int64(1)..., lengths) {
                if CivilDate.daysInMonth(month, ofYear: year) != length { mismatches += 1 }
                for day in 1...length {
                    let date = CivilDate(year: year, month: month, day: day)
                    if CivilDate(daysSinceEpoch: days) != date { mismatches += 1 }
                    if date.daysSinceEpoch != days { mismatches += 1 }
                    days += 1
                }
            }
        }
        #expect(mismatches == 0)
        #expect(days == CivilDate(year: 2201, month: 1, day: 1).daysSinceEpoch)
    }
}
