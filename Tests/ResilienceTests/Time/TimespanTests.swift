import Testing

@testable import Resilience

@Suite("Spans and instants")
struct TimespanTests {
    @Test(
        "waits are rounded up to the millisecond and the second",
        arguments: [
            (0, 0, 0), (1, 1, 1), (999_999, 1, 1), (1_000_000, 1, 1), (1_000_001, 2, 1),
            (999_999_999, 1000, 1), (1_000_000_000, 1000, 1), (1_000_000_001, 1001, 2),
            (-1, 0, 0), (-1_000_000, -1, 0), (-1_000_001, -1, 0), (-1_000_000_000, -1000, -1),
            (Int64.max, 9_223_372_036_855, 9_223_372_037),
        ] as [(Int64, Int64, Int64)])
    func roundedUp(nanoseconds: Int64, milliseconds: Int64, seconds: Int64) {
        let span = Timespan(nanoseconds: nanoseconds)
        #expect(span.millisecondsRoundedUp == milliseconds)
        #expect(span.secondsRoundedUp == seconds)
    }

    @Test(
        "instants are rounded down to the millisecond",
        arguments: [
            (0, 0), (999_999, 0), (1_000_000, 1), (-1, -1), (-1_000_000, -1), (-1_000_001, -2),
        ] as [(Int64, Int64)])
    func roundedDown(nanoseconds: Int64, milliseconds: Int64) {
        #expect(Instant(nanoseconds: nanoseconds).milliseconds == milliseconds)
    }

    @Test("the sum of a time and a span stops at the last instant")
    func saturates() {
        let late = Instant(nanoseconds: .max - 5)
        #expect(late + Timespan(nanoseconds: 5) == .distantFuture)
        #expect(late + Timespan(nanoseconds: 6) == .distantFuture)
        #expect(Instant.distantFuture + .days(366) == .distantFuture)
        #expect(Instant.distantFuture - .epoch == Timespan(nanoseconds: .max))
    }

    @Test("arithmetic stops at the ends of the range")
    func ends() {
        let (first, last) = (Instant.distantPast, Instant.distantFuture)
        let (shortest, longest) = (Timespan(nanoseconds: .min), Timespan(nanoseconds: .max))
        #expect(last - first == longest)
        #expect(first - last == shortest)
        #expect(Instant.epoch - first == longest)
        #expect(first + shortest == first)
        #expect(first + longest == Instant(nanoseconds: -1))
        #expect(last + longest == last)
        #expect(longest + longest == longest)
        #expect(shortest + shortest == shortest)
        #expect(shortest - longest == shortest)
        #expect(longest - shortest == longest)
        #expect(Timespan.zero - shortest == longest)
        #expect(Timespan.milliseconds(.max) == longest)
        #expect(Timespan.seconds(.min) == shortest)
        #expect(Timespan.days(.max) == longest)
        #expect(Timespan.days(-200_000) == shortest)
        #expect(Instant(milliseconds: .min) == first)
        #expect(Instant(milliseconds: .max) == last)
    }

    @Test("units hold what they say")
    func units() {
        #expect(Timespan.milliseconds(3).nanoseconds == 3_000_000)
        #expect(Timespan.seconds(3) == .milliseconds(3000))
        #expect(Timespan.days(366).nanoseconds == 31_622_400_000_000_000)
        #expect(Timespan.seconds(1) + .milliseconds(5) == .milliseconds(1005))
        #expect(Timespan.milliseconds(999) < .seconds(1))
        #expect(Timespan(nanoseconds: 1_999_999).milliseconds == 1)
    }
}
