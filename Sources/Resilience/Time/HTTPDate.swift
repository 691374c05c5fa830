/// Reads the dates of HTTP (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`, and the obsolete
/// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
enum HTTPDate {
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let longDays = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The instant of a date; nil when it is none. A year of two digits is the one that is not
    /// more than fifty years after `now`. Which day of the week it is said to be does not matter.
    /// A date beyond the range of instants is the first or the last of them.
    static func instant(_ text: String, at now: Instant) -> Instant? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        return switch words.count {
        case 4: obsolete(words, at: now)
        case 5: automatic(words)
        case 6 where words[2].isEmpty: automatic(words[..<2] + words[3...])
        case 6: preferred(words)
        default: nil
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    private static func preferred(_ words: [Substring]) -> Instant? {
        guard words[0].last == ",", days.contains(String(words[0].dropLast())), words[5] == "GMT",
            words[1].utf8.count == 2
        else { return nil }
        return instant(year: number(words[3], 4), words[2], words[1], words[4])
    }

    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    private static func obsolete(_ words: [Substring], at now: Instant) -> Instant? {
        let date = words[1].split(separator: "-", omittingEmptySubsequences: false)
        guard words[0].last == ",", longDays.contains(String(words[0].dropLast())),
            words[3] == "GMT", date.count == 3, date[0].utf8.count == 2,
            let short = number(date[2], 2)
        else { return nil }
        let present = CivilDate(
            daysSinceEpoch: now.nanoseconds.flooredDivision(by: Timespan.days(1).nanoseconds)
        ).year
        let century = present - present % 100
        let nearest = [century + 100, century, century - 100].map { $0 + short }
        return instant(
            year: nearest.first { $0 <= present + 50 }, date[1], date[0], words[2])
    }

    /// `Sun Nov  6 08:49:37 1994`, without the second of two spaces.
    private static func automatic(_ words: [Substring]) -> Instant? {
        let day = words[2]
        guard days.contains(String(words[0])) else { return nil }
        return instant(year: number(words[4], 4), words[1], day, words[3])
    }

    private static func automatic(_ words: ArraySlice<Substring>) -> Instant? {
        automatic(Array(words))
    }

    private static func instant(
        year: Int64?, _ month: Substring, _ day: Substring, _ time: Substring
    ) -> Instant? {
        guard let year, let month = months.firstIndex(of: String(month)) else { return nil }
        let digits = day.utf8.count == 1 ? "0" + day : String(day)
        let date = padded(year, 4) + "-" + padded(Int64(month + 1), 2) + "-" + digits
        guard time.utf8.count == 8 else { return nil }
        return Instant(clampingTimestamp: date + "T" + time + "Z")
    }

    /// A number of exactly so many digits.
    private static func number(_ text: Substring, _ width: Int) -> Int64? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard text.utf8.count == width, text.utf8.allSatisfy(digits.contains) else { return nil }
        return Int64(text)
    }
}
