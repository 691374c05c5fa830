import Resilience
import TestSupport

@testable import Store

/// A made-up history, with what a query over it must find.
struct EventHistory: Sendable {
    static let types = [
        "limiter.limited", "limiter.recovered", "limiter.reset", "policy.created", "auth.denied",
    ]

    let folder: TemporaryFolder
    let store: Store
    /// All events, oldest first.
    let records: [EventRecord]

    /// Writes `count` events of few values each, a second apart with a little disorder.
    init(count: Int, seed: UInt64 = 1) async throws {
        folder = try TemporaryFolder()
        store = try Store(in: folder)
        var random = SplitMix64(seed: seed)
        var drafts: [EventDraft] = []
        for number in 0..<count {
            let disorder = Int64.random(in: -2...0, using: &random)
            let type = Self.types[Int.random(in: 0..<5, using: &random)]
            var draft = EventDraft(
                type, at: Instant(milliseconds: (Int64(number) + disorder) * 1000),
                actor: "actor\(Int.random(in: 0..<3, using: &random))")
            if type != "auth.denied" {
                draft.kind = type.hasPrefix("policy") ? "breaker" : "limiter"
                draft.name = "p\(Int.random(in: 0..<3, using: &random))"
                draft.key = random.next() % 2 == 0 ? nil : "k\(random.next() % 4)"
            }
            draft.traceID = random.next() % 3 == 0 ? "t\(random.next() % 4)" : nil
            draft.data = ["number": .integer(Int64(number))]
            drafts.append(draft)
        }
        try await store.writer.commit(Change(events: drafts))
        records = drafts.enumerated().map { EventRecord(seq: Int64($0 + 1), event: $1) }
    }

    /// What `query` must find, by looking at every event.
    func expected(_ query: EventQuery) -> [EventRecord] {
        let found = records.filter { record in
            let event = record.event
            let isOfType =
                query.type.map { type in
                    type.hasSuffix(".*")
                        ? event.type.hasPrefix(type.dropLast()) : event.type == type
                } ?? true
            return isOfType && query.kind.map { $0 == event.kind } ?? true
                && query.name.map { $0 == event.name } ?? true
                && query.key.map { $0 == event.key } ?? true
                && query.actor.map { $0 == event.actor } ?? true
                && query.traceID.map { $0 == event.traceID } ?? true
                && query.since.map { $0 <= event.at } ?? true
                && query.until.map { event.at < $0 } ?? true
                && query.after.map { $0 < record.seq } ?? true
                && query.cursor.map { query.isAscending ? $0 < record.seq : record.seq < $0 }
                    ?? true
        }
        return Array((query.isAscending ? found : found.reversed()).prefix(query.limit))
    }
}

extension EventQuery {
    /// The query with the filters of `bits`: one for each filter of the contract.
    static func combination(_ bits: Int) -> EventQuery {
        var query = EventQuery()
        if bits & 1 != 0 { query.kind = "limiter" }
        if bits & 2 != 0 { query.name = "p1" }
        if bits & 4 != 0 { query.key = "k2" }
        if bits & 8 != 0 { query.actor = "actor1" }
        if bits & 16 != 0 { query.traceID = "t3" }
        if bits & 32 != 0 { query.since = Instant(milliseconds: 100_000) }
        if bits & 64 != 0 { query.until = Instant(milliseconds: 1_500_000) }
        if bits & 128 != 0 { query.after = 50 }
        return query
    }

    /// How many combinations there are.
    static let combinations = 256
}
