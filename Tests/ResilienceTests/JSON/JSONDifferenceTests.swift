import Testing

@testable import Resilience

@Suite("JSON differences")
struct JSONDifferenceTests {
    @Test(
        "are told place by place",
        arguments: [
            ("{}", "{}", "[]"),
            (#"{"a":1}"#, #"{"a":1}"#, "[]"),
            (#"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#, "[]"),
            (#"{"a":null}"#, "{}", "[]"),
            (#"{"a":1}"#, #"{"a":2}"#, #"[{"pointer":"/a","old":1,"new":2}]"#),
            (#"{"a":1}"#, "{}", #"[{"pointer":"/a","old":1,"new":null}]"#),
            ("{}", #"{"a":1}"#, #"[{"pointer":"/a","old":null,"new":1}]"#),
            ("1", #""x""#, #"[{"pointer":"","old":1,"new":"x"}]"#),
            (#"{"l":[1,2]}"#, #"{"l":[1,3]}"#, #"[{"pointer":"/l","old":[1,2],"new":[1,3]}]"#),
            (#"{"x/y":{}}"#, #"{"x/y":1}"#, #"[{"pointer":"/x~1y","old":{},"new":1}]"#),
            ("{}", #"{"a":{"b":1}}"#, #"[{"pointer":"/a","old":null,"new":{"b":1}}]"#),
        ])
    func told(old: String, new: String, differences: String) throws {
        let found = JSONValue.differences(
            from: try JSONParser.parse(old).value, to: try JSONParser.parse(new).value)
        #expect(JSONValue.array(found.map { .object($0.document) }).text == differences)
    }

    @Test("nested members are compared by themselves")
    func nested() {
        let old: JSONValue = ["a": ["b": 1, "c": 2], "d": 3]
        let new: JSONValue = ["a": ["b": 1, "c": 4], "e": 5]
        let pointers = JSONValue.differences(from: old, to: new).map(\.pointer.description)
        #expect(pointers == ["/a/c", "/d", "/e"])
    }
}
