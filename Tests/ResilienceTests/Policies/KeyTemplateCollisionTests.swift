import TestSupport
import Testing

@testable import Resilience

@Suite("Keys made of different attributes")
struct KeyTemplateCollisionTests {
    /// Texts whose first characters are the hardest: digits of the encoding itself, characters of
    /// several bytes, and one that melts into the character before it.
    private static let templates = [
        "{a}:{b}", "{a}:{b}:{c}", "{a}::{b}", "{a}2{b}", "{a}F{b}", "{a}5%{b}", "{a}é{b}",
        "{a}\u{301}{b}", "{a}:{a}:{b}", "x{a}/{b}%", "%{a}a{b}a{c}", "{a}é:{b}é{c}",
    ]

    @Test("are never the same", arguments: templates)
    func neverTheSame(text: String) throws {
        let template = try KeyTemplate(text)
        let names = template.attributes
        let pieces = [
            "", ":", "%", "2", "5", "F", "%3A", "é", "e", "\u{301}", "a", "/", "%2", "C3",
        ]
        let values = pieces + pieces.flatMap { left in pieces.map { left + $0 } }
        var made: [ExactString: [String]] = [:]
        var random = SplitMix64(seed: 8)
        for _ in 0..<40_000 {
            let chosen = names.map { _ in values.randomElement(using: &random) ?? "" }
            let attributes = Dictionary(uniqueKeysWithValues: zip(names, chosen))
            let key = try template.key(from: attributes)
            let bytes = chosen.map { Array($0.utf8) }
            if let other = made[key] {
                #expect(other.map { Array($0.utf8) } == bytes, "\(key.text): \(other), \(chosen)")
            }
            made[key] = chosen
        }
        #expect(made.count > 100)
    }

    @Test(
        "write out what ends a value in bytes of UTF-8",
        arguments: [
            ("{a}:{b}", "1:2", "1%3A2:x"), ("{a}:{b}", "50%", "50%25:x"),
            ("{a}é{b}", "é", "%C3%A9éx"), ("{a}/{b}", "a:b", "a:b/x"),
            ("{b}:{a}", "1:2", "x:1:2"), ("{a}", "50%:", "50%:"), ("{a}:", "1:2", "1:2:"),
        ])
    func encoding(text: String, value: String, key: String) throws {
        let made = try KeyTemplate(text).key(from: ["a": value, "b": "x"])
        #expect(made == ExactString(key))
    }
}
