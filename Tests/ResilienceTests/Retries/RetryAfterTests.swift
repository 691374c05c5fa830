import Testing

@testable import Resilience

@Suite("Retry-After")
struct RetryAfterTests {
    private static let now = "1994-11-06T08:49:00.250Z"

    private func wait(_ text: String, at now: String = now) throws -> Int64? {
        let now = try #require(Instant(timestamp: now))
        return RetryAfter.text(text).wait(at: now).map(\.milliseconds)
    }

    @Test(
        "takes seconds",
        arguments: [
            ("0", 0), ("2", 2000), ("120", 120_000), (" 3\t", 3000), ("007", 7000),
            ("1994", 1_994_000),
            ("99999999999999999999999", 36_600 * 86_400_000),
        ] as [(String, Int64)])
    func seconds(text: String, ms: Int64) throws {
        #expect(try wait(text) == ms)
    }

    @Test(
        "takes the three forms of dates, rounded up to a millisecond",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994", " Sun, 06 Nov 1994 08:49:37 GMT ",
        ])
    func dates(text: String) throws {
        #expect(try wait(text) == 36_750)
        #expect(try wait(text, at: "1994-11-06T08:49:36.9999995Z") == 1)
        #expect(try wait(text, at: "1994-11-06T08:49:37Z") == 0)
        #expect(try wait(text, at: "2026-01-31T12:00:00Z") == 0)
    }

    @Test(
        "a year of two digits is not more than fifty years ahead",
        arguments: [
            ("Friday, 06-Nov-26 00:00:00 GMT", "2026-11-05T00:00:00Z", 86_400_000),
            ("Friday, 06-Nov-76 00:00:00 GMT", "2026-11-05T00:00:00Z", 18_264 * 86_400_000),
            ("Friday, 06-Nov-77 00:00:00 GMT", "2026-11-05T00:00:00Z", 0),
            ("Friday, 01-Jan-00 00:00:00 GMT", "1999-12-31T00:00:00Z", 86_400_000),
            ("Friday, 31-Dec-99 00:00:00 GMT", "2000-01-01T00:00:00Z", 0),
        ] as [(String, String, Int64)])
    func shortYears(text: String, now: String, ms: Int64) throws {
        #expect(try wait(text, at: now) == ms)
    }

    @Test(
        "what is neither is ignored",
        arguments: [
            "", " ", "-1", "+1", "1.5", "1e3", "soon", "2s", "0x10", "١",
            "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:37.5 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
            "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
            "Sun Nov 06 08:49:37 94", "Sun Nov  -6 08:49:37 1994", "1994-11-06T08:49:37Z",
            "Sun,  06 Nov 1994 08:49:37 GMT",
        ])
    func nonsense(text: String) throws {
        #expect(try wait(text) == nil)
    }

    @Test(
        "a date beyond the range of instants is past, or longer than any policy waits",
        arguments: [
            ("Mon, 01 Jan 1700 00:00:00 GMT", 0), ("Mon Jan  1 00:00:00 1700", 0),
            ("Mon, 01 Jan 1600 00:00:00 GMT", 0), ("Sat Jan  1 00:00:00 0000", 0),
            ("Mon, 01 Jan 2300 00:00:00 GMT", 8_425_000_000_000),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 8_425_000_000_000),
            ("Fri Dec 31 23:59:59 9999", 8_425_000_000_000),
        ] as [(String, Int64)])
    func farDates(text: String, atLeast: Int64) throws {
        for now in [Self.now, "1970-01-01T00:00:00Z"] {
            let wait = try #require(try wait(text, at: now))
            #expect(atLeast == 0 ? wait == 0 : wait > Bounds.delaysMilliseconds.upperBound)
        }
        #expect(RetryAfter.text(text).wait(at: .distantPast) != nil)
        #expect(RetryAfter.text(text).wait(at: .distantFuture) == .zero)
    }

    @Test(
        "takes seconds as a number",
        arguments: [
            (0, 0), (-0.0, 0), (2, 2000), (1e300, 36_600 * 86_400_000), (-1, nil), (1.5, nil),
            (0.001, nil), (-1e300, nil), (9.3e18, 36_600 * 86_400_000),
        ] as [(Double, Int64?)])
    func numbers(seconds: Double, ms: Int64?) {
        #expect(RetryAfter.seconds(seconds).wait(at: .epoch)?.milliseconds == ms)
    }
}
