import HTTPAPI
import Resilience
import Testing

@testable import switchgear

@Suite("Policy files")
struct PolicyFileTests {
    private func parse(_ text: String, named name: String = "-") throws -> JSONValue {
        try PolicyFile.parse(Array(text.utf8), named: name)
    }

    @Test(
        "YAML and JSON are told apart by name, and by content without one",
        arguments: [
            ("policies: []", "p.yaml"), ("policies: []", "p.yml"), ("policies: []", "-"),
            (#"{"policies": []}"#, "p.json"), (#" {"policies": []}"#, "-"),
            ("{policies: []}", "-"), ("\u{FEFF}policies: []", "-"), ("policies: []", "p"),
        ])
    func formats(text: String, name: String) throws {
        #expect(try parse(text, named: name) == ["policies": []])
    }

    @Test(
        "what is no policy file is refused",
        arguments: [
            ("[]", "p.yaml", "has no list 'policies'"),
            ("policies:", "p.yaml", "'policies' must be a list, not null"),
            ("policies: []\nprune: true", "p.yaml", "unknown member 'prune' beside 'policies'"),
            ("{\n \"policies\": [},", "p.json", "line 2, column 15: expected a value"),
            ("{\n \"policies\": [},", "-", "line 2, column 15: expected a value"),
            (
                #"{"policies": [], "policies": []}"#, "p.json",
                "the member /policies is there more than once"
            ),
            (
                #"{"policies": [1e999]}"#, "p.json",
                "line 1, column 15: a number beyond the range of doubles"
            ),
        ])
    func refused(text: String, name: String, message: String) {
        let fault = #expect(throws: SourceFault.self) { try parse(text, named: name) }
        #expect(fault?.description == message)
    }

    @Test("bytes that are not UTF-8 are refused")
    func encoding() {
        #expect(throws: SourceFault("is not valid UTF-8")) {
            try PolicyFile.parse([0xFF, 0xFE], named: "-")
        }
    }

    @Test("a file that is not there is named, with the reason")
    func missing() {
        let error = #expect(throws: PolicyFileError.self) {
            try PolicyFile.read(path: "/nowhere/policies.yaml")
        }
        #expect(error?.description == "/nowhere/policies.yaml: No such file or directory")
    }
}
