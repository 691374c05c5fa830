import Testing

@testable import Resilience

@Suite("Breaker snapshot")
struct BreakerSnapshotTests {
    private static let open =
        #"{"position":"half_open","generation":3,"since":1,"used":2,"counts":[1,0,0,0,0],"#
        + #""log":{"size":9,"position":4,"bits":["0000000000000003","0000000000000002",""]},"#
        + #""first":2,"frozen":[1,2,1,0,2],"#
        + #""probes":[[-1,5],[2,6]]}"#
    private static let time =
        #"{"position":"closed","generation":1,"since":0,"used":0,"counts":[0,0,0,0,0],"#
        + #""log":{"duration":1000000000,"slices":[[1,1,1,0,0],[3,0,1,1,0]],"row":1,"#
        + #""failing":[[7,3]]}}"#

    private func read(_ text: String) throws -> BreakerState? {
        BreakerState(snapshot: try JSONParser.parse(text).value)
    }

    @Test("that is whole is taken", arguments: [open, time])
    func taken(text: String) throws {
        #expect(try read(text)?.snapshot.text == text)
    }

    @Test("of a new breaker is read back")
    func new() throws {
        let now = try #require(Instant(timestamp: "2200-01-01T00:00:00Z"))
        #expect(try BreakerState(at: now).restarted() == BreakerState(at: now))
    }

    @Test(
        "that is none is refused without a trap",
        arguments: ["null", "[]", "{}", #"{"position":"closed"}"#, #"{"position":"ajar"}"#])
    func none(text: String) throws {
        #expect(try read(text) == nil)
    }

    @Test(
        "of half-open with something amiss is refused without a trap",
        arguments: [
            ("half_open", "closed"), ("half_open", "open"), ("half_open", "ajar"),
            (#""generation":3"#, #""generation":-3"#),
            (#""generation":3"#, #""generation":9223372036854775807"#),
            ("[1,0,0,0,0]", "[1,0,0,0]"), ("[1,0,0,0,0]", "[1,0,0,0,-1]"),
            ("[1,0,0,0,0]", "null"), (#""used":2"#, #""used":null"#),
            (#""first":2"#, #""first":4"#), (#""first":2"#, #""first":0"#),
            ("0000000000000003", "0000000000000013"), ("0000000000000003", "000000000000000g"),
            ("0000000000000003", "000000000000003"), ("0000000000000003", "0000000000000000"),
            ("0000000000000003", ""), ("0000000000000002", "0000000000000004"),
            ("0000000000000003", "00000000000000030000000000000000"),
            (#","0000000000000002","""#, #","0000000000000002""#), (#""size":9"#, #""size":65"#),
            (#""size":9"#, #""size":1000001"#), (#""size":9"#, #""size":0"#),
            (#""size":9"#, #""size":9223372036854775807"#),
            ("\"position\":4", "\"position\":9223372036854775807"),
            ("\"position\":4", "\"position\":-4"), ("[1,2,1,0,2]", "[1,2,1,0]"),
            ("[1,2,1,0,2]", "[1,2,3,0,2]"), ("[1,2,1,0,2]", "[1,2,1,9,2]"),
            ("[1,2,1,0,2]", "[-1,2,1,0,2]"), ("[2,6]", "[2]"), ("[2,6]", "[2,4]"),
            ("[2,6]", "null"), (#""since":1"#, #""since":1,"until":5"#),
            (#""since":1"#, #""since":1,"last_failure":"x""#), (#","frozen":[1,2,1,0,2]"#, ""),
        ])
    func refused(part: String, replacement: String) throws {
        let text = Self.open.replacing(part, with: replacement)
        #expect(text != Self.open)
        #expect(try read(text) == nil)
    }

    @Test(
        "of a time window with something amiss is refused without a trap",
        arguments: [
            ("1000000000", "999"), ("1000000000", "9223372036854775807"),
            ("[3,0,1,1,0]", "[1,0,1,1,0]"), ("[3,0,1,1,0]", "[3,0,1,1]"),
            ("[3,0,1,1,0]", "[3,0,1,2,0]"), ("[3,0,1,1,0]", "[3,9223372036854775807,1,1,0]"),
            ("[3,0,1,1,0]", "{}"), (#""row":1"#, #""row":"1""#),
            (#""row":1"#, #""row":9223372036854775807"#), ("[[7,3]]", "[[7]]"), ("[[7,3]]", "7"),
        ])
    func refusedTime(part: String, replacement: String) throws {
        let text = Self.time.replacing(part, with: replacement)
        #expect(text != Self.time)
        #expect(try read(text) == nil)
    }
}
