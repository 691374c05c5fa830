import Resilience
import Testing

@testable import HTTPAPI

@Suite("The table of answers")
struct AnswerTableTests {
    private static let start = Instant(nanoseconds: 0)

    private func key(_ scope: String, _ content: String = "") -> IdempotencyKey {
        IdempotencyKey(scope: [scope], query: content, body: [])
    }

    private func reply(_ text: String) -> Reply {
        var reply = Reply()
        reply.body = Array(text.utf8)
        return reply
    }

    /// What the table says to one that arrives, in a word.
    private func arrive(
        _ table: inout AnswerTable<String>, _ key: IdempotencyKey, after: Timespan = .zero
    ) -> String {
        switch table.arrive(key, at: Self.start + after) {
        case .first: "first"
        case .underWay: "under way"
        case .other: "other"
        case .answered(let reply): String(decoding: reply.body, as: UTF8.self)
        }
    }

    @Test("an answer is kept for a minute from when it was given, to the nanosecond")
    func lifetime() {
        var table = AnswerTable<String>(maximumEntries: 9, maximumBytes: 9999)
        #expect(arrive(&table, key("a")) == "first")
        #expect(arrive(&table, key("a")) == "under way")
        let asked = Timespan.seconds(100)
        #expect(table.keep(reply("yes"), key("a"), at: Self.start + asked).isEmpty)
        let end = asked + .seconds(60)
        let last = Timespan(nanoseconds: end.nanoseconds - 1)
        #expect(arrive(&table, key("a"), after: last) == "yes")
        #expect(arrive(&table, key("a", "other"), after: last) == "other")
        #expect(arrive(&table, key("a"), after: end) == "first")
        #expect(table.count == 0 && table.bytes == 0)
    }

    @Test("the oldest answer is forgotten when there are too many")
    func entries() {
        var table = AnswerTable<String>(maximumEntries: 2, maximumBytes: 9999)
        for name in ["a", "b", "c"] {
            #expect(arrive(&table, key(name)) == "first")
            _ = table.keep(reply(name), key(name), at: Self.start)
        }
        #expect(table.count == 2)
        #expect(arrive(&table, key("b")) == "b" && arrive(&table, key("c")) == "c")
        #expect(arrive(&table, key("a")) == "first")
    }

    @Test("so many of the oldest are forgotten that the bytes are few enough")
    func bytes() {
        let room = 4 * AnswerTable<String>.overhead
        var table = AnswerTable<String>(maximumEntries: 99, maximumBytes: room)
        for name in ["a", "b", "c"] {
            #expect(arrive(&table, key(name)) == "first")
            _ = table.keep(reply(name), key(name), at: Self.start)
        }
        #expect(table.count == 3)
        let long = String(repeating: "x", count: 2 * AnswerTable<String>.overhead)
        #expect(arrive(&table, key("long")) == "first")
        _ = table.keep(reply(long), key("long"), at: Self.start)
        #expect(table.count == 1 && table.bytes <= room)
        #expect(arrive(&table, key("long")) == long && arrive(&table, key("c")) == "first")
    }

    @Test("an answer that alone is too large is not kept, but given to those who wait for it")
    func tooLarge() {
        var table = AnswerTable<String>(maximumEntries: 9, maximumBytes: 600)
        #expect(arrive(&table, key("a")) == "first")
        table.wait(key("a"), 1, "one")
        let long = reply(String(repeating: "x", count: 600))
        #expect(table.keep(long, key("a"), at: Self.start) == ["one"])
        #expect(table.bytes == 0 && arrive(&table, key("a")) == "first")
    }

    @Test("the turn of one that came to nothing goes on in the order of arrival")
    func heirs() {
        var table = AnswerTable<String>(maximumEntries: 9, maximumBytes: 9999)
        #expect(arrive(&table, key("a")) == "first")
        for (id, name) in ["one", "two", "three"].enumerated() {
            #expect(arrive(&table, key("a")) == "under way")
            table.wait(key("a"), UInt64(id), name)
        }
        #expect(table.leave(key("a"), 1) == "two" && table.leave(key("a"), 1) == nil)
        #expect(table.giveUp(key("a")) == "one")
        #expect(arrive(&table, key("a")) == "under way")
        #expect(arrive(&table, key("a", "other")) == "other")
        #expect(table.keep(reply("yes"), key("a"), at: Self.start) == ["three"])
        #expect(arrive(&table, key("b")) == "first")
        #expect(table.giveUp(key("b")) == nil)
        #expect(arrive(&table, key("b", "other")) == "first")
    }
}
