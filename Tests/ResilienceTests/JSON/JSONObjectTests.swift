import Testing

@testable import Resilience

@Suite("JSON object")
struct JSONObjectTests {
    @Test("of two elements with the same name the last counts")
    func lastCounts() {
        let object = JSONObject([("a", 1), ("b", 2), ("a", 3)])
        #expect(object == ["b": 2, "a": 3])
        #expect(object.names == ["a", "b"])
    }

    @Test("null is a member, nil is none")
    func nullAndNil() {
        var object: JSONObject = ["a": nil]
        #expect(object.count == 1)
        #expect(object["a"] == .some(.null))
        object["a"] = nil
        #expect(object.isEmpty)
        object["a"] = .some(.null)
        #expect(object.names == ["a"])
    }

    @Test("overlaying replaces members whole and keeps the others")
    func overlaid() {
        let base: JSONObject = ["a": 1, "b": ["c": 1]]
        #expect(base.overlaid(by: ["b": ["d": 2], "e": nil]) == ["a": 1, "b": ["d": 2], "e": nil])
    }

    @Test("filtering keeps the order")
    func filtered() {
        let object: JSONObject = ["c": 1, "a": nil, "b": 2]
        let kept: JSONObject = object.filter { _, value in value != .null }
        #expect(kept.names == ["c", "b"])
    }

    @Test("exact strings are ordered and told apart by their bytes")
    func exactStrings() {
        #expect(ExactString("\u{E9}") != ExactString("e\u{301}"))
        #expect(Set([ExactString("\u{E9}"), ExactString("e\u{301}")]).count == 2)
        #expect(ExactString("e\u{301}") < ExactString("\u{E9}"))
        #expect(ExactString("Z") < ExactString("a"))
        #expect(ExactString("\u{FFFF}") < ExactString("\u{10000}"))
        #expect(ExactString("a") < ExactString("a\0"))
        #expect(ExactString("é").byteCount == 2)
        #expect(ExactString("x").hashValue == ExactString("x").hashValue)
    }
}
