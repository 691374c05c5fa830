import Resilience
import Testing

@testable import HTTPAPI

@Suite("Reading YAML")
struct YAMLReaderTests {
    @Test("a policy file becomes the JSON that it stands for")
    func policies() throws {
        let value = try YAMLReader.parse(
            """
            policies:
              - kind: limiter          # a comment
                name: "007"
                description: |
                  two
                  lines
                labels: {team: payments, on: 'yes', 1: one}
                spec:
                  limits: [{quota: 60, period_ms: 60000}]
                  default_tier: null
            """)
        #expect(
            value.text == """
                {"policies":[{"kind":"limiter","name":"007","description":"two\\nlines\\n",\
                "labels":{"team":"payments","on":"yes","1":"one"},"spec":{"limits":\
                [{"quota":60,"period_ms":60000}],"default_tier":null}}]}
                """)
    }

    @Test("what is quoted or tagged as a string is one")
    func quoted() throws {
        let value = try YAMLReader.parse(
            """
            ["1", 'true', !!str 5, ! 6, ""]
            """)
        #expect(value == ["1", "true", "5", "6", ""])
    }

    @Test("aliases stand for what they name")
    func aliases() throws {
        let value = try YAMLReader.parse("a: &x {quota: 1}\nb: *x\n")
        #expect(value == ["a": ["quota": 1], "b": ["quota": 1]])
    }

    @Test(
        "what is not plain data is refused with its place",
        arguments: [
            ("a: 1\na: 2", "line 2, column 1: the key 'a' is there more than once"),
            ("{1: a, '1': b}", "line 1, column 8: the key '1' is there more than once"),
            ("a: &x {}\nb:\n  <<: *x", "line 3, column 3: merge keys (<<) are not supported"),
            ("a: !custom 1", "line 1, column 4: unknown tag '!custom'"),
            ("a: !!set {x}", "line 1, column 4: unknown tag 'tag:yaml.org,2002:set'"),
            ("a: !!int x", "line 1, column 4: 'x' is not what its tag says"),
            ("a:\n  b: .inf", "line 2, column 6: the number .inf is out of range"),
            ("a: *x", "line 1, column 4: undefined alias 'x'"),
            ("? [a]\n: 1", "line 1, column 3: a key must be a plain word"),
            ("a: 1\n b: 2", "line 2, column 3: mapping values are not allowed in this context"),
            ("a: &x [1]\n? *x\n: 1", "line 2, column 3: a key must be a plain word"),
            ("? &k a\n: 1", "line 1, column 3: a key must be a plain word"),
            ("a: 1e999", "line 1, column 4: the number 1e999 is out of range"),
            ("a: !!float .nan", "line 1, column 4: the number .nan is out of range"),
            ("a: \u{0}", "line 1, column 4: control characters are not allowed"),
            ("", "is empty"), ("# nothing", "is empty"),
        ])
    func refused(text: String, message: String) {
        let fault = #expect(throws: SourceFault.self) { try YAMLReader.parse(text) }
        #expect(fault?.description == message)
    }

    @Test("two documents are refused")
    func twoDocuments() {
        let fault = #expect(throws: SourceFault.self) { try YAMLReader.parse("a: 1\n---\nb: 2") }
        #expect(fault?.line == 2)
    }

    @Test("nesting is bounded")
    func depth() {
        let text = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        let fault = #expect(throws: SourceFault.self) { try YAMLReader.parse(text) }
        #expect(fault?.reason == "nested deeper than 64")
    }

    @Test("what aliases expand to is bounded")
    func expansion() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let fault = #expect(throws: SourceFault.self) { try YAMLReader.parse(text) }
        #expect(fault?.reason == "holds more than 500000 values")
    }

    @Test(
        "how many bytes aliases stand for is bounded, however few values they are",
        arguments: [
            // A long string, one that is only long as JSON, and a long name.
            ("&a \(String(repeating: "x", count: 65_000))", 64, 70),
            (#"&a "\#(String(repeating: #"\0"#, count: 11_000))""#, 63, 70),
            ("&a {\(String(repeating: "k", count: 1000)): 1}", 4100, 4300),
            ("&a [\(String(repeating: "x,", count: 1000))]", 490, 0),
            // What an alias stands for may hold aliases.
            ("&a [&b \(String(repeating: "x", count: 9000)), *b, *b, *b, *b, *b, *b]", 65, 70),
        ])
    func expandedBytes(anchored: String, fits: Int, exceeds: Int) throws {
        func text(_ aliases: Int) -> String {
            "[\(anchored)" + String(repeating: ",\n*a", count: aliases) + "]"
        }
        let value = try YAMLReader.parse(text(fits))
        #expect(value.array?.count == fits + 1)
        #expect(value.bytes.count <= text(fits).utf8.count * 3 + YAMLReader.maximumAliasBytes)
        guard exceeds > 0 else { return }
        let fault = #expect(throws: SourceFault.self) { try YAMLReader.parse(text(exceeds)) }
        #expect(fault?.reason == "the aliases stand for more than 4194304 bytes")
        #expect(fault?.column == 1)
        #expect((fits...exceeds + 1).contains(fault?.line ?? 0), "\(fault?.line ?? 0)")
    }

    @Test("a text may be as long as it likes, as long as aliases do not make it longer")
    func longText() throws {
        let text = "[" + String(repeating: "\(String(repeating: "x", count: 65_000)),\n", count: 90)
        let value = try YAMLReader.parse(text + "]")
        #expect(value.bytes.count > YAMLReader.maximumAliasBytes)
    }

    @Test("aliases in keys are refused before anything is written out", arguments: [2, 10, 40])
    func complexKeys(levels: Int) {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...levels {
            text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
        }
        text += "? *a\(levels)\n: 1\n? [*a\(levels)]\n: 2\n"
        let fault = #expect(throws: SourceFault.self) { try YAMLReader.parse(text) }
        let isEarly = levels < 20
        #expect(
            fault?.reason
                == (isEarly ? "a key must be a plain word" : "holds more than 500000 values"))
    }

    @Test("what is deep only with its aliases written out is refused")
    func deepAliases() {
        var text = "a0: &a0 [x]\n"
        for level in 1...70 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        let fault = #expect(throws: SourceFault.self) { try YAMLReader.parse(text) }
        #expect(fault?.reason == "nested deeper than 64")
        #expect(fault?.line == 64)
    }

    @Test(
        "brackets and dashes without end are refused, not followed",
        arguments: ["[", "{a: ", "- ", "? ", "!!str [", "&a ["])
    func unending(text: String) {
        let fault = #expect(throws: SourceFault.self) {
            try YAMLReader.parse(String(repeating: text, count: 200_000))
        }
        #expect(fault != nil)
    }
}
