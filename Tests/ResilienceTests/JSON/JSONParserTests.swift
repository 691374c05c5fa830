import Testing

@testable import Resilience

@Suite("JSON parser")
struct JSONParserTests {
    @Test(
        "reads every kind of value",
        arguments: [
            ("null", nil), ("true", true), ("false", false), ("0", 0), ("-0", 0),
            ("42", 42), ("-7", -7), (" \t\r\n1 \t\r\n", 1), ("\"\"", ""), ("\"a\"", "a"),
            ("[]", []), ("[ ]", []), ("{}", [:]), ("{ }", [:]), ("[1,[2],{}]", [1, [2], [:]]),
            ("{\"a\":1,\"b\":{\"c\":null}}", ["a": 1, "b": ["c": nil]]),
            ("{ \"a\" : [ true , false ] }", ["a": [true, false]]), ("{\"\":1}", ["": 1]),
        ] as [(String, JSONValue)])
    func reads(text: String, value: JSONValue) throws {
        let document = try JSONParser.parse(text)
        #expect(document.value == value)
        #expect(document.duplicates.isEmpty)
    }

    @Test(
        "refuses what is not JSON, and tells the byte",
        arguments: [
            ("", 0), ("  ", 2), ("tru", 0), ("True", 0), ("nul", 0), ("nulll", 4), ("undefined", 0),
            ("{", 1), ("[", 1), ("}", 0), ("]", 0), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1),
            ("[1 2]", 3), ("[1}", 2), ("{\"a\"}", 4), ("{\"a\":}", 5), ("{\"a\":1", 6),
            ("{\"a\":1,}", 7), ("{\"a\" 1}", 5), ("{a:1}", 1), ("{'a':1}", 1), ("{1:1}", 1),
            ("{\"a\":1 \"b\":2}", 7), ("{,}", 1), ("{\"a\":1]", 6), ("1 2", 2), ("{} {}", 3),
            ("[]]", 2), ("// a\n1", 0), ("/**/1", 0), ("\u{FEFF}1", 0), ("\u{A0}1", 0),
            ("\u{B}1", 0), ("NaN", 0), ("Infinity", 0), ("-Infinity", 1), ("'a'", 0),
        ])
    func refuses(text: String, offset: Int) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
        #expect(error?.offset == offset)
        #expect(error?.reason.isEmpty == false)
    }

    @Test("tells the reason and the byte in one line")
    func describes() {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse("[1,]") }
        #expect(error?.description == "expected a value at byte 3")
    }

    @Test("nests to the maximum depth and no deeper", arguments: ["[", "{\"a\":"])
    func depth(opening: String) throws {
        func nested(_ depth: Int) -> String {
            let closing = opening == "[" ? "]" : "}"
            let innermost = opening == "[" ? "" : "1"
            return String(repeating: opening, count: depth) + innermost
                + String(repeating: closing, count: depth)
        }
        _ = try JSONParser.parse(nested(64))
        let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(65)) }
        #expect(error?.reason == "nested deeper than 64")
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(100_000)) }
    }

    @Test("depth counts what is open, not what was")
    func siblings() throws {
        let text = "[" + Array(repeating: "[[]]", count: 200).joined(separator: ",") + "]"
        #expect(try JSONParser.parse(text).value.array?.count == 200)
    }

    @Test(
        "reports each duplicate member with its pointer and keeps the first",
        arguments: [
            ("{\"a\":1,\"a\":2}", ["/a"], ["a": 1]),
            ("{\"a\":null,\"a\":2}", ["/a"], ["a": nil]),
            ("{\"a\":1,\"\\u0061\":2,\"a\":3}", ["/a", "/a"], ["a": 1]),
            ("[0,{\"x\":{\"b\":1,\"b\":1}}]", ["/1/x/b"], [0, ["x": ["b": 1]]]),
            ("{\"a/b\":1,\"a/b\":2,\"~\":1,\"~\":1}", ["/a~1b", "/~0"], ["a/b": 1, "~": 1]),
            ("{\"\":1,\"\":2}", ["/"], ["": 1]),
            ("{\"a\":{\"b\":1},\"a\":{\"c\":1,\"c\":2}}", ["/a/c", "/a"], ["a": ["b": 1]]),
        ] as [(String, [String], JSONValue)])
    func duplicates(text: String, pointers: [String], value: JSONValue) throws {
        let document = try JSONParser.parse(text)
        #expect(document.duplicates.map(\.description) == pointers)
        #expect(document.value == value)
    }

    @Test("names that are only canonically equal are not duplicates")
    func canonicallyEqualNames() throws {
        let document = try JSONParser.parse("{\"\\u00e9\":1,\"e\\u0301\":2}")
        #expect(document.duplicates.isEmpty)
        #expect(document.value.object?.count == 2)
        #expect(document.value.object?["\u{E9}"] == 1)
        #expect(document.value.object?["e\u{301}"] == 2)
    }

    @Test("members keep their order")
    func order() throws {
        let document = try JSONParser.parse("{\"z\":1,\"a\":2,\"m\":3}")
        #expect(document.value.object?.names == ["z", "a", "m"])
        #expect(document.value.text == "{\"z\":1,\"a\":2,\"m\":3}")
    }
}
