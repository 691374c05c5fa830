import Testing

@testable import Resilience

@Suite("Bulkhead snapshot")
struct BulkheadSnapshotTests {
    private static let aimd =
        #"{"generation":2,"at":6,"slots":[[-1,5,10,5,"web"],[3,1,10,9,""]],"#
        + #""adaptive":["aimd",[7.0]],"episode":[1,2,3,4]}"#
    private static let vegas =
        #"{"generation":1,"at":0,"slots":[],"adaptive":["vegas",[20.0,5000000,7,0.75]]}"#
    private static let gradient =
        #"{"generation":1,"at":0,"slots":[],"adaptive":["gradient2","#
        + "[20.5,[1500000.0,2,3000000.0]]]}"

    private func read(_ text: String) throws -> BulkheadState? {
        BulkheadState(snapshot: try JSONParser.parse(text).value)
    }

    @Test(
        "that is whole is taken",
        arguments: [
            aimd, vegas, gradient, vegas.replacing("5000000", with: "null"),
            #"{"generation":1,"at":-5,"slots":[]}"#,
        ])
    func taken(text: String) throws {
        #expect(try read(text)?.snapshot.text == text)
    }

    @Test(
        "that is none is refused without a trap",
        arguments: [
            "null", "[]", "{}", #"{"generation":1,"at":0}"#, #"{"at":0,"slots":[]}"#,
            #"{"generation":1,"slots":[]}"#,
            #"{"generation":0,"at":0,"slots":[]}"#,
            #"{"generation":9223372036854775807,"at":0,"slots":[]}"#,
            #"{"generation":1,"at":1,"slots":null}"#,
        ])
    func none(text: String) throws {
        #expect(try read(text) == nil)
    }

    @Test(
        "of slots with something amiss is refused without a trap",
        arguments: [
            (#"[3,1,10,9,""]"#, #"[3,1,9,9,""]"#), (#"[3,1,10,9,""]"#, #"[3,1,10,9]"#),
            (#"[3,1,10,9,""]"#, #"[3,1,10,-9,""]"#), (#"[3,1,10,9,""]"#, #"[3,1,10,"9",""]"#),
            (#"[3,1,10,9,""]"#, #"[3,1,10,9223372036854775807,""]"#),
            (#"[3,1,10,9,""]"#, #"[3,1,10,9,7]"#), (#"[3,1,10,9,""]"#, "null"),
            (#"[7.0]"#, "[]"), (#"[7.0]"#, "[0.5]"), (#"[7.0]"#, "[1e300]"),
            (#"[7.0]"#, "[null]"), (#"["aimd",[7.0]]"#, "null"), (#""aimd""#, #""bic""#),
            (#""aimd""#, #""vegas""#), (#""aimd""#, #""gradient2""#),
            ("[1,2,3,4]", "[1,2,3]"), ("[1,2,3,4]", "null"),
        ])
    func refused(part: String, replacement: String) throws {
        let text = Self.aimd.replacing(part, with: replacement)
        #expect(text != Self.aimd)
        #expect(try read(text) == nil)
    }

    @Test(
        "of what was learned with something amiss is refused without a trap",
        arguments: [
            (vegas, "5000000", "0"), (vegas, "5000000", "\"\""), (vegas, ",7,", ",-7,"),
            (vegas, ",7,", ",9223372036854775807,"), (vegas, "0.75", "0.25"),
            (vegas, "0.75", "1.5"), (vegas, ",0.75", ""), (gradient, "1500000.0", "-1"),
            (gradient, "1500000.0", "1e300"), (gradient, ",2,", ",11,"), (gradient, ",2,", ",-1,"),
            (gradient, "3000000.0", "-3"), (gradient, "3000000.0", "1e300"),
            (gradient, ",3000000.0", ""), (gradient, "[1500000.0,2,3000000.0]", "{}"),
        ])
    func refusedLearning(text: String, part: String, replacement: String) throws {
        let changed = text.replacing(part, with: replacement)
        #expect(changed != text)
        #expect(try read(changed) == nil)
    }

    @Test("of more slots than there may be is refused")
    func tooMany() throws {
        let slots = Array(repeating: #"[1,1,1,1,""]"#, count: 10_001)
        #expect(
            try read(#"{"generation":1,"at":0,"slots":[\#(slots.joined(separator: ","))]}"#) == nil)
    }
}
