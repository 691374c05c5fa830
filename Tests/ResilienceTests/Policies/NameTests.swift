import Testing

@testable import Resilience

@Suite("Names and keys")
struct NameTests {
    @Test(
        "are names",
        arguments: ["a", "A", "0", "a.b-c_D9", "a..", "a" + String(repeating: "-", count: 127)])
    func names(text: String) {
        #expect(PolicyName.fault(of: text) == nil)
    }

    @Test(
        "are no names",
        arguments: [
            "", ".", "-a", "_a", ".a", " a", "a ", "a b", "a/b", "é", "aé", "a\u{301}", "a\n",
            "\u{212A}",
            "a%", String(repeating: "a", count: 129),
        ])
    func noNames(text: String) {
        #expect(PolicyName.fault(of: text) != nil)
    }

    @Test(
        "are keys",
        arguments: [
            "", "user:1", " ", "é", "e\u{301}", "😀", "a/b?c#%", String(repeating: "é", count: 128),
        ])
    func keys(text: String) {
        #expect(Key.fault(of: text) == nil)
    }

    @Test(
        "are no keys",
        arguments: [
            "\0", "a\n", "\t", "\u{1F}", "\u{7F}", "\u{80}", "\u{9F}", "\r\n",
            String(repeating: "é", count: 128) + "a",
        ])
    func noKeys(text: String) {
        #expect(Key.fault(of: text) != nil)
    }
}
