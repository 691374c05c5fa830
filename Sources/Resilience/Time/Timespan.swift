/// A length of time in whole nanoseconds.
///
/// The standard library's `Duration` counts attoseconds in 128 bits; a decision divides and
/// compares spans, and 64 bits of nanoseconds (292 years) make that a few instructions. Arithmetic
/// that would go beyond them stops there.
public struct Timespan: Hashable, Comparable, Sendable {
    /// The nanoseconds.
    public var nanoseconds: Int64

    /// A span of so many nanoseconds.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// No time at all.
    public static let zero = Timespan(nanoseconds: 0)

    /// A span of so many milliseconds.
    public static func milliseconds(_ count: Int64) -> Timespan {
        Timespan(nanoseconds: count.multipliedClamped(by: 1_000_000))
    }

    /// A span of so many seconds.
    public static func seconds(_ count: Int64) -> Timespan {
        Timespan(nanoseconds: count.multipliedClamped(by: 1_000_000_000))
    }

    /// A span of so many days of 24 hours.
    public static func days(_ count: Int64) -> Timespan {
        Timespan(nanoseconds: count.multipliedClamped(by: 86_400 * 1_000_000_000))
    }

    /// Milliseconds rounded up: what is told to someone who is to wait.
    public var millisecondsRoundedUp: Int64 { roundedUp(by: 1_000_000) }

    /// Seconds rounded up.
    public var secondsRoundedUp: Int64 { roundedUp(by: 1_000_000_000) }

    /// The quotient rounded up; adding before dividing would overflow for the longest spans.
    private func roundedUp(by unit: Int64) -> Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: unit)
        return remainder > 0 ? quotient + 1 : quotient
    }

    /// Whole milliseconds, rounded towards zero.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }

    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The sum, or the longest span there is.
    public static func + (left: Self, right: Self) -> Timespan {
        Timespan(nanoseconds: left.nanoseconds.addingClamped(right.nanoseconds))
    }

    /// The difference, or the longest span there is.
    public static func - (left: Self, right: Self) -> Timespan {
        let (span, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return Timespan(nanoseconds: overflow ? (left < right ? .min : .max) : span)
    }
}

extension Timespan {
    /// The span of a duration of the standard library, rounded down to whole nanoseconds; what
    /// would not fit is the longest span there is.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int128(seconds) * 1_000_000_000 + Int128(attoseconds / 1_000_000_000)
        self.init(nanoseconds: Int64(clamping: nanoseconds))
    }
}

extension Duration {
    /// The duration of a span, for what the standard library does with time.
    public init(_ span: Timespan) { self = .nanoseconds(span.nanoseconds) }
}
