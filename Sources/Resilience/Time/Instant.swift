/// A point in time: nanoseconds since the Unix epoch, in UTC without leap seconds.
///
/// The core never reads a clock: instants come in as arguments. The range is that of the years
/// 1678 to 2261; arithmetic that would leave it stops at its ends, ``distantPast`` and
/// ``distantFuture``.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanoseconds: Int64

    /// The instant so many nanoseconds after the epoch.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The instant so many milliseconds after the epoch, or the end of the range.
    public init(milliseconds: Int64) {
        nanoseconds = Timespan.milliseconds(milliseconds).nanoseconds
    }

    /// 1970-01-01T00:00:00Z.
    public static let epoch = Instant(nanoseconds: 0)

    /// The last instant there is; used where the sum of a time and a span would pass it.
    public static let distantFuture = Instant(nanoseconds: .max)

    /// The first instant there is.
    public static let distantPast = Instant(nanoseconds: .min)

    /// Whole milliseconds since the epoch, rounded down.
    public var milliseconds: Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The time from `right` to `left`, or the longest span there is.
    @inlinable
    public static func - (left: Self, right: Self) -> Timespan {
        let (span, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return Timespan(nanoseconds: overflow ? (left < right ? .min : .max) : span)
    }

    /// The instant a span later, or the end of the range.
    @inlinable
    public static func + (left: Self, right: Timespan) -> Instant {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        guard overflow else { return Instant(nanoseconds: sum) }
        return right.nanoseconds < 0 ? .distantPast : .distantFuture
    }
}

extension Instant {
    /// The instant as RFC 3339 in UTC with milliseconds, rounded down.
    public var timestamp: String {
        let milliseconds = milliseconds
        let days = milliseconds.flooredDivision(by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        let ofDay = milliseconds - days * 86_400_000
        let (seconds, fraction) = ofDay.quotientAndRemainder(dividingBy: 1000)
        let (minutes, second) = seconds.quotientAndRemainder(dividingBy: 60)
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2)
            + "T" + padded(hour, 2) + ":" + padded(minute, 2) + ":" + padded(second, 2)
            + "." + padded(fraction, 3) + "Z"
    }

    /// Reads an RFC 3339 timestamp with any offset and fraction; nil when it is none, or when it
    /// lies beyond the range of the type. A leap second is read as the second after it.
    public init?(timestamp: String) {
        var fields = TimestampFields(timestamp)
        guard let nanoseconds = fields.nanosecondsSinceEpoch().flatMap({ Int64(exactly: $0) })
        else { return nil }
        self.init(nanoseconds: nanoseconds)
    }

    /// Reads an RFC 3339 timestamp; nil when it is none. What lies beyond the range of the type is
    /// the end of it.
    init?(clampingTimestamp text: String) {
        var fields = TimestampFields(text)
        guard let nanoseconds = fields.nanosecondsSinceEpoch() else { return nil }
        self.init(nanoseconds: Int64(clamping: nanoseconds))
    }
}

/// The number with zeros in front, so that it has at least so many digits.
func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// The parts of a timestamp, read from left to right.
private struct TimestampFields {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    mutating func nanosecondsSinceEpoch() -> Int128? {
        guard let year = number(4), skip("-"), let month = number(2, in: 1...12), skip("-"),
            let day = number(2, in: 1...CivilDate.daysInMonth(month, ofYear: year)),
            skip("T") || skip("t") || skip(" "),
            let hour = number(2, in: 0...23), skip(":"), let minute = number(2, in: 0...59),
            skip(":"), let second = number(2, in: 0...60), let fraction = nanoseconds(),
            let offset = offsetMinutes(), rest.isEmpty
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
        return Int128(seconds) * 1_000_000_000 + Int128(fraction)
    }

    private mutating func skip(_ character: Character) -> Bool {
        guard rest.first == character.asciiValue else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digit() -> Int64? {
        guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
        rest.removeFirst()
        return Int64(byte - 0x30)
    }

    private mutating func number(_ width: Int, in range: ClosedRange<Int64> = 0...9999) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return range.contains(number) ? number : nil
    }

    private mutating func nanoseconds() -> Int64? {
        guard skip(".") else { return 0 }
        guard var fraction = digit() else { return nil }
        var places = 1
        while let digit = digit() {
            if places < 9 { fraction = fraction * 10 + digit }
            places += 1
        }
        for _ in 0..<max(0, 9 - places) { fraction *= 10 }
        return fraction
    }

    private mutating func offsetMinutes() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(2, in: 0...23), skip(":"), let minutes = number(2, in: 0...59)
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
