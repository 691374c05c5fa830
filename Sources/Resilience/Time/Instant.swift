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
