import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("Events")
struct EventQueryTests {
    @Test("come back as they were told")
    func roundTrip() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let full = EventDraft(
            "limiter.assigned", at: Instant(nanoseconds: 1_700_000_000_123_456_789), actor: "ann",
            traceID: "0af7", kind: "limiter", name: "api", key: "user:1", policyVersion: 3,
            reason: "why", data: ["before": .null, "n": 1], node: 7)
        let bare = EventDraft("server.started", at: full.at, actor: "switchgear")
        try await store.writer.commit(Change(events: [full, bare]))
        #expect(try await store.event(seq: 1) == EventRecord(seq: 1, event: full))
        #expect(try await store.event(seq: 2) == EventRecord(seq: 2, event: bare))
        #expect(try await store.event(seq: 1)?.node == 7)
        #expect(try await store.lastEvent(type: "limiter.*")?.seq == 1)
        #expect(try await store.lastEvent(type: "breaker.*") == nil)
    }

    @Test("are found at their place alone", arguments: [3, 0, -1, .min, .max] as [Int64])
    func missing(seq: Int64) async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(Change(events: Array(repeating: Self.event, count: 2)))
        #expect(try await store.event(seq: seq) == nil)
    }

    @Test("of every combination of filters, types and orders are those that match")
    func everyCombination() async throws {
        let history = try await EventHistory(count: 2000)
        let types = [nil, "limiter.limited", "limiter.*", "auth.*", "limiter.none", "none.*"]
        for bits in 0..<EventQuery.combinations {
            var query = EventQuery.combination(bits)
            query.type = types[bits % types.count]
            query.isAscending = bits % 7 < 3
            query.limit = [1, 10, 1000][bits % 3]
            let found = try await history.store.events(query)
            #expect(found == history.expected(query), "\(query)")
        }
        for type in types {
            for isAscending in [false, true] {
                var query = EventQuery()
                query.type = type
                query.isAscending = isAscending
                let found = try await history.store.events(query)
                #expect(found == history.expected(query), "\(query)")
            }
        }
    }

    @Test("that are rare among very many are found page by page, with bounded work for each")
    func rareAmongMany() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let count = 3 * EventReader.longestScan + 500
        let events = (0..<count).map { number in
            // Each filter alone finds more than may be looked through.
            EventDraft(
                number % 2 == 0 ? "limiter.limited" : "limiter.recovered", at: .epoch,
                actor: number % 2 == 0 ? "ann" : "bob", kind: "limiter", name: "api")
        }
        var rare = events
        rare[1].actor = "ann"
        rare[count - 2].actor = "bob"
        for start in stride(from: 0, to: count, by: 5000) {
            try await store.writer.commit(Change(events: Array(rare[start...].prefix(5000))))
        }
        for isAscending in [false, true] {
            var query = EventQuery()
            (query.type, query.actor, query.kind) = ("limiter.recovered", "ann", "limiter")
            query.isAscending = isAscending
            #expect(try await store.events(query).map(\.seq) == [2])
            var pages: [Int] = []
            while true {
                let page = try await store.eventPage(query)
                pages.append(page.records.count)
                guard let next = page.next else { break }
                query.cursor = next
            }
            #expect(pages.reduce(0, +) == 1)
            #expect(pages == (isAscending ? [1, 0] : [0, 1]))
        }
    }

    @Test(
        "of a kind that has no such types are none, at once",
        arguments: [
            ("breaker", "limiter.limited", true), ("breaker", "limiter.*", true),
            ("limiter", "server.started", true), ("limiter", "auth.*", true),
            ("limiter", "limiter.limited", false), ("limiter", "policy.*", false),
            ("limiter", "breaker.opened,limiter.limited", false),
        ])
    func contradictions(kind: String, type: String, isOne: Bool) {
        var query = EventQuery()
        (query.kind, query.type) = (kind, type)
        #expect(query.isContradictory == isOne)
    }

    @Test("of words that never occurred are none", arguments: 0..<4)
    func unknownWords(place: Int) async throws {
        let history = try await EventHistory(count: 50)
        var query = EventQuery()
        switch place {
        case 0: query.kind = "retry"
        case 1: query.name = "nobody"
        case 2: query.actor = "nobody"
        default: query.type = "limiter.limite"
        }
        #expect(try await history.store.events(query).isEmpty)
    }

    @Test("of a family are found however many names and actors begin like it")
    func crowdedFamily() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let events = (0..<1200).map { number in
            EventDraft(
                number % 2 == 0 ? "limiter.reset" : "limiter.limited", at: .epoch,
                actor: "limiter.\(number)", name: "limiter.n\(number)")
        }
        try await store.writer.commit(Change(events: events))
        var query = EventQuery()
        query.type = "limiter.*"
        query.limit = 2000
        #expect(try await store.events(query).count == 1200)
    }

    @Test("are read page by page, however many are told meanwhile", arguments: [false, true])
    func cursors(isAscending: Bool) async throws {
        let history = try await EventHistory(count: 100)
        var query = EventQuery()
        query.isAscending = isAscending
        query.kind = "limiter"
        query.limit = 7
        let before = history.expected(
            {
                var all = query; all.limit = 1000; return all
            }())
        var found: [EventRecord] = []
        while true {
            let page = try await history.store.events(query)
            found += page
            guard let last = page.last, found.count < before.count else { break }
            query.cursor = last.seq
            var late = Self.event
            late.kind = "limiter"
            try await history.store.writer.commit(Change(events: [late]))
        }
        #expect(Array(found.prefix(before.count)) == before)
        #expect(Set(found.map(\.seq)).count == found.count)
    }

    @Test(
        "of a place beyond the history are none, or all of it",
        arguments: [.min, -1, 0, 1, 5, 6, .max] as [Int64])
    func places(place: Int64) async throws {
        let history = try await EventHistory(count: 5)
        for isAscending in [false, true] {
            var query = EventQuery()
            query.isAscending = isAscending
            query.cursor = place
            #expect(try await history.store.events(query) == history.expected(query))
            query.cursor = nil
            query.after = place
            #expect(try await history.store.events(query) == history.expected(query))
        }
    }

    static let event = EventDraft("test.e", at: .epoch, actor: "test")
}
