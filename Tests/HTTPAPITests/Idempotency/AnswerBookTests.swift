import Resilience
import Testing

@testable import HTTPAPI

@Suite("The book of answers")
struct AnswerBookTests {
    private static let start = Instant(nanoseconds: 0)

    private func key(_ scope: String, _ content: String = "") -> IdempotencyKey {
        IdempotencyKey(scope: [scope], query: content, body: [])
    }

    private func reply(_ text: String) -> Reply {
        var reply = Reply()
        reply.body = Array(text.utf8)
        return reply
    }

    /// What the book says to one that arrives, in a word.
    private func arrive(
        _ book: inout AnswerBook<String>, _ key: IdempotencyKey, after: Timespan = .zero
    ) -> String {
        switch book.arrive(key, at: Self.start + after) {
        case .first: "first"
        case .underWay: "under way"
        case .other: "other"
        case .answered(let reply): String(decoding: reply.body, as: UTF8.self)
        }
    }

    @Test("an answer is kept for a minute from when it was given, to the nanosecond")
    func lifetime() {
        var book = AnswerBook<String>(maximumEntries: 9, maximumBytes: 9999)
        #expect(arrive(&book, key("a")) == "first")
        #expect(arrive(&book, key("a")) == "under way")
        let asked = Timespan.seconds(100)
        #expect(book.keep(reply("yes"), key("a"), at: Self.start + asked).isEmpty)
        let end = asked + .seconds(60)
        let last = Timespan(nanoseconds: end.nanoseconds - 1)
        #expect(arrive(&book, key("a"), after: last) == "yes")
        #expect(arrive(&book, key("a", "other"), after: last) == "other")
        #expect(arrive(&book, key("a"), after: end) == "first")
        #expect(book.count == 0 && book.bytes == 0)
    }

    @Test("the oldest answer is forgotten when there are too many")
    func entries() {
        var book = AnswerBook<String>(maximumEntries: 2, maximumBytes: 9999)
        for name in ["a", "b", "c"] {
            #expect(arrive(&book, key(name)) == "first")
            _ = book.keep(reply(name), key(name), at: Self.start)
        }
        #expect(book.count == 2)
        #expect(arrive(&book, key("b")) == "b" && arrive(&book, key("c")) == "c")
        #expect(arrive(&book, key("a")) == "first")
    }

    @Test("so many of the oldest are forgotten that the bytes are few enough")
    func bytes() {
        let room = 4 * AnswerBook<String>.overhead
        var book = AnswerBook<String>(maximumEntries: 99, maximumBytes: room)
        for name in ["a", "b", "c"] {
            #expect(arrive(&book, key(name)) == "first")
            _ = book.keep(reply(name), key(name), at: Self.start)
        }
        #expect(book.count == 3)
        let long = String(repeating: "x", count: 2 * AnswerBook<String>.overhead)
        #expect(arrive(&book, key("long")) == "first")
        _ = book.keep(reply(long), key("long"), at: Self.start)
        #expect(book.count == 1 && book.bytes <= room)
        #expect(arrive(&book, key("long")) == long && arrive(&book, key("c")) == "first")
    }

    @Test("an answer that alone is too large is not kept, but given to those who wait for it")
    func tooLarge() {
        var book = AnswerBook<String>(maximumEntries: 9, maximumBytes: 600)
        #expect(arrive(&book, key("a")) == "first")
        book.wait(key("a"), 1, "one")
        let long = reply(String(repeating: "x", count: 600))
        #expect(book.keep(long, key("a"), at: Self.start) == ["one"])
        #expect(book.bytes == 0 && arrive(&book, key("a")) == "first")
    }

    @Test("the turn of one that came to nothing goes on in the order of arrival")
    func heirs() {
        var book = AnswerBook<String>(maximumEntries: 9, maximumBytes: 9999)
        #expect(arrive(&book, key("a")) == "first")
        for (id, name) in ["one", "two", "three"].enumerated() {
            #expect(arrive(&book, key("a")) == "under way")
            book.wait(key("a"), UInt64(id), name)
        }
        #expect(book.leave(key("a"), 1) == "two" && book.leave(key("a"), 1) == nil)
        #expect(book.giveUp(key("a")) == "one")
        #expect(arrive(&book, key("a")) == "under way")
        #expect(arrive(&book, key("a", "other")) == "other")
        #expect(book.keep(reply("yes"), key("a"), at: Self.start) == ["three"])
        #expect(arrive(&book, key("b")) == "first")
        #expect(book.giveUp(key("b")) == nil)
        #expect(arrive(&book, key("b", "other")) == "first")
    }
}
