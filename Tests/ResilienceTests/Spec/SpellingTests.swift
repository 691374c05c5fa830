import Testing

@testable import Resilience

@Suite("Spelling")
struct SpellingTests {
    @Test(
        "finds the word that was meant",
        arguments: [
            ("costs", "cost"), ("quotas", "quota"), ("qota", "quota"), ("qouta", nil),
            ("period", "period_ms"),
            ("perod_ms", "period_ms"), ("defaultTier", "default_tier"), ("cost", "cost"),
            ("xyz", nil), ("", nil), (String(repeating: "q", count: 129), nil),
        ] as [(String, String?)])
    func nearest(word: String, meant: String?) {
        let words = ["quota", "period_ms", "cost", "default_tier"]
        #expect(Spelling.nearest(to: word, among: words) == meant)
        #expect(Spelling.nearest(to: word, among: []) == nil)
    }

    @Test(
        "counts changes, additions and omissions",
        arguments: [
            ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3),
            ("flaw", "lawn", 2), ("same", "same", 0), ("é", "e", 1),
        ])
    func distance(left: String, right: String, distance: Int) {
        #expect(Spelling.distance(left, right) == distance)
        #expect(Spelling.distance(right, left) == distance)
    }

    @Test("of words equally near the first of the alphabet is told")
    func ties() {
        #expect(Spelling.nearest(to: "bat", among: ["cat", "bar", "hat"]) == "bar")
    }
}
