import Testing

@testable import Resilience

@Suite("JSON strings")
struct JSONStringTests {
    @Test(
        "reads every escape",
        arguments: [
            (#""\"\\\/""#, "\"\\/"), (#""\b\f\n\r\t""#, "\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u00E9""#, "A\u{E9}\u{E9}"), (#""\u0000""#, "\0"),
            (#""a\u20ACb""#, "a€b"), (#""\uD83D\uDE00""#, "😀"), (#""x\ud83d\ude00y""#, "x😀y"),
            (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\uD800\uDC00""#, "\u{10000}"),
            (#""\uFFFF""#, "\u{FFFF}"), ("\"é😀\u{7F}\"", "é😀\u{7F}"),
        ])
    func reads(text: String, string: String) throws {
        let value = try JSONParser.parse(text).value
        #expect(value.string.map { Array($0.utf8) } == Array(string.utf8))
    }

    @Test(
        "refuses lone surrogates",
        arguments: [
            #""\uD800""#, #""\uDC00""#, #""\uD800x""#, #""\uD800\n""#, #""\uD800\u0041""#,
            #""\uD800\uD800""#, #""\uDC00\uD800""#, #"{"\uD800":1}"#,
        ])
    func loneSurrogates(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
    }

    @Test(
        "refuses strings that are not closed or hold what they must not",
        arguments: [
            "\"", "\"a", "\"\\", "\"\\\"", #""\x""#, #""\'""#, #""\U0041""#, #""\u""#, #""\u12""#,
            #""\u12G4""#, #""\u+123""#, #""\u 123""#, #""\u１２３４""#, "\"\n\"", "\"\t\"", "\"\0\"",
            "\"\u{1F}\"", "\"\\n\n\"", "\"\\u004\"", "\"\\uD83D\\u\"",
        ])
    func refuses(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
    }

    @Test(
        "refuses invalid UTF-8 wherever it stands",
        arguments: [
            [0x80], [0xC3], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
            [0xFE], [0xE2, 0x82], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let documents: [[UInt8]] = [
            bytes, [quote] + bytes + [quote], [quote, 0x61] + bytes + [0x62, quote],
            Array("\"\\n".utf8) + bytes + [quote],
            Array("{\"".utf8) + bytes + Array("\":1}".utf8), Array("1".utf8) + bytes,
        ]
        for document in documents {
            #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(document) }
        }
    }

    @Test("a sequence split by an escape is not put together")
    func splitSequence() {
        let document: [UInt8] = [0x22, 0xC3, 0x5C, 0x6E, 0xA9, 0x22]
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(document) }
    }

    @Test("nothing is normalised")
    func notNormalised() throws {
        let composed = try JSONParser.parse("\"\u{E9}\"").value
        let decomposed = try JSONParser.parse("\"e\u{301}\"").value
        #expect(composed != decomposed)
        #expect(decomposed.bytes == Array("\"e\u{301}\"".utf8))
        #expect(JSONValue.array([composed]) != .array([decomposed]))
        #expect(JSONValue.differences(from: composed, to: decomposed).count == 1)
    }

    @Test(
        "writes what must be escaped, and only that",
        arguments: [
            ("\"", #""\"""#), ("\\", #""\\""#), ("/", "\"/\""), ("\n\r\t", #""\n\r\t""#),
            ("\0\u{8}\u{C}\u{1F}", #""\u0000\u0008\u000c\u001f""#), ("\u{7F}é😀", "\"\u{7F}é😀\""),
        ])
    func writes(string: String, text: String) {
        #expect(JSONValue.string(string).text == text)
    }
}
