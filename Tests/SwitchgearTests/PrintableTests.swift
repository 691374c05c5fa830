import Testing

@testable import switchgear

@Suite("Printable text")
struct PrintableTests {
    @Test(
        "what would act on a terminal is escaped",
        arguments: [
            ("\u{1B}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"), ("a\r\nb", "a\\r\\nb"),
            ("\u{7F}\u{9B}", "\\u{7f}\\u{9b}"), ("\u{202E}x", "\\u{202e}x"),
            ("\u{2028}", "\\u{2028}"),
        ])
    func unsafe(text: String, escaped: String) {
        #expect(Printable.escape(text) == escaped)
    }

    @Test("all other text stays", arguments: ["plain", "für 日本", "👩‍👩‍👧", "\\n"])
    func safe(text: String) {
        #expect(Printable.escape(text) == text)
    }

    @Test("JSON stays the same document")
    func json() {
        let json = "{\n\t\"a\": \"\u{9B}\u{202E}\"\n}\r\n"
        #expect(Printable.escapeJSON(json) == "{\n\t\"a\": \"\\u009b\\u202e\"\n}\r\n")
    }
}
