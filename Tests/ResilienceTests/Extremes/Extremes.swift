import TestSupport
import Testing

@testable import Resilience

/// Values at the ends of their types, and around the figures at which things change.
enum Extremes {
    static let integers: [Int64] = [
        .min, .min + 1, -9_223_372_036_855, -1, 0, 1, 59, 1_000_000_000, 9_223_372_036_854,
        9_223_372_036_855, .max - 1, .max,
    ]
    static let instants = integers.map(Instant.init(nanoseconds:))
    static let spans = integers.map(Timespan.init(nanoseconds:))
    /// How long something may be told to have taken.
    static let durations: [Timespan] = [
        .zero, Timespan(nanoseconds: 1), .milliseconds(1), .days(366), Timespan(nanoseconds: .max),
    ]
    static let costs: [Int64] = [0, 1, 2, 1_000_000_000]
    static let doubles: [Double] = [
        0, -0.0, 1, -1, .leastNonzeroMagnitude, .ulpOfOne, 0.5, 1.5, 1e9, 0x1p63, 0x1p62, -0x1p63,
        1e300, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    ]
    static let notFinite: [Double] = [.nan, .signalingNaN, .infinity, -.infinity]
    /// Shares, and draws of chance.
    static let fractions: [Double] = [0, .leastNonzeroMagnitude, 0.5, 1 - .ulpOfOne, 1]
    static let texts: [String] =
        Shape.extremeNumbers + Shape.extremeTimestamps + Shape.extremeDates
        + Shape.extremeDurations + ["\u{0}", "é", "\u{10FFFF}", "a=b", "{", "}", "{a}", "%", "/~"]
}

/// Something of the core that is given extremes.
struct Extreme: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let run: @Sendable () throws -> Void

    init(_ name: String, _ run: @escaping @Sendable () throws -> Void) {
        testDescription = name
        self.run = run
    }
}
