import Testing

@testable import Resilience

@Suite("Key template")
struct KeyTemplateTests {
    private static let attributes = [
        "user": "1", "org": "a", "host": "h:80", "x.y-Z_0": "{user}", "empty": "", "é": "no",
        "long": String(repeating: "é", count: 128),
    ]

    @Test(
        "gives the key of a call, or says what is missing",
        arguments: [
            ("", .success("")), ("fixed", .success("fixed")), ("{user}", .success("1")),
            ("é:{user}", .success("é:1")), ("{org}/{user}/{org}", .success("a/1/a")),
            ("{host}-{empty}", .success("h:80-")), ("{host}:{org}", .success("h%3A80:a")),
            ("{org}:{host}", .success("a:h:80")), ("{host}:", .success("h:80:")),
            ("{x.y-Z_0}", .success("{user}")),
            ("{long}", .success(ExactString(String(repeating: "é", count: 128)))),
            ("{User}", .failure(.missing("User"))),
            ("{user}:{nobody}:{none}", .failure(.missing("nobody"))),
            ("{long}:{empty}", .failure(.unusable("must be at most 256 bytes"))),
        ] as [(String, Result<ExactString, KeyTemplate.Failure>)])
    func keys(text: String, expected: Result<ExactString, KeyTemplate.Failure>) throws {
        let template = try KeyTemplate(text)
        let key = Result { () throws(KeyTemplate.Failure) in
            try template.key(from: Self.attributes)
        }
        #expect(key == expected)
        #expect(template.text == text)
    }

    @Test("a value that is no key gives none")
    func unusable() throws {
        #expect(throws: KeyTemplate.Failure.unusable("must not contain control characters")) {
            try KeyTemplate("{a}").key(from: ["a": "\n"])
        }
    }

    @Test("names the attributes that it needs, each once")
    func names() throws {
        #expect(try KeyTemplate("{b}-{a}-{b}").attributes == ["b", "a"])
        #expect(try KeyTemplate("none").attributes == [])
        #expect(try KeyTemplate("") == .empty)
    }

    @Test(
        "is refused with the reason",
        arguments: [
            ("{", "has a '{' that is not closed"), ("a{user", "has a '{' that is not closed"),
            ("{user{", "has a '{' that is not closed"), ("}", "has a '}' without '{'"),
            ("{user}}", "has a '}' without '{'"), ("{{user}}", "has a '{' that is not closed"),
            ("{}", "has an attribute \"\", whose name must have 1 to 128 characters"),
            ("{a b}", "has an attribute \"a b\", whose name may hold only letters, digits, '.',"),
            ("{-a}", "has an attribute \"-a\", whose name must begin with a letter or a digit"),
            ("a\nb", "must not contain control characters"),
            (String(repeating: "a", count: 257), "must have at most 256 bytes beside"),
            (String(repeating: "{a}", count: 342), "must be at most 1024 bytes"),
            ("{a}{b}", "must have a character between two attributes"),
            ("{a}:{b}{a}", "must have a character between two attributes"),
            ("{a}%{b}", "must not have a '%' behind an attribute before another"),
            ("{a}%:{b}", "must not have a '%' behind an attribute before another"),
        ])
    func refused(text: String, detail: String) {
        let error = #expect(throws: KeyTemplateFault.self) { try KeyTemplate(text) }
        #expect(error?.detail.hasPrefix(detail) == true, "\(error?.detail ?? "")")
    }

    @Test("a spec that holds one is read with a pointer to what is wrong")
    func specs() throws {
        var reader = SpecReader()
        let type = SpecType<KeyTemplate>.keyTemplate
        let pointer = JSONPointer.root.appending("key")
        #expect(type.read("{user}", pointer, &reader)?.attributes == ["user"])
        #expect(reader.faults == [])
        #expect(type.read("{user", pointer, &reader) == nil)
        #expect(type.read(1, pointer, &reader) == nil)
        #expect(
            reader.faults == [
                Fault(pointer, "has a '{' that is not closed"),
                Fault(pointer, "must be a string, not a number"),
            ])
        #expect(try type.write(KeyTemplate("{user}")) == "{user}")
    }
}
