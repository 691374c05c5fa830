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
            ("a: 1\na: 2", "line 1, column 1: the key 'a' is there more than once"),
            ("{1: a, '1': b}", "line 1, column 2: the key '1' is there more than once"),
            ("a: &x {}\nb:\n  <<: *x", "line 3, column 3: merge keys (<<) are not supported"),
            ("a: !custom 1", "line 1, column 4: unknown tag '!custom'"),
            ("a: !!set {x}", "line 1, column 4: unknown tag 'tag:yaml.org,2002:set'"),
            ("a: !!int x", "line 1, column 4: 'x' is not what its tag says"),
            ("a:\n  b: .inf", "line 2, column 6: the number .inf is out of range"),
            ("a: *x", "line 1, column 4: found undefined alias"),
            ("? [a]\n: 1", "line 1, column 3: a key must be a plain word"),
            ("a: 1\n b: 2", "line 2, column 3: mapping values are not allowed in this context"),
            ("", "is empty"),
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
}
