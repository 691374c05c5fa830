internal import GRDB
import Resilience

extension Store {
    /// The next of the events that `query` asks for, in its order: after bounded work.
    public func eventPage(_ query: EventQuery) async throws -> EventPage {
        try await read { try EventReader(database: $0).page(query) }
    }

    /// The events that `query` asks for, in its order, however long they must be looked for.
    public func events(_ query: EventQuery) async throws -> [EventRecord] {
        var (query, found) = (query, [EventRecord]())
        let limit = query.limit
        while true {
            query.limit = limit - found.count
            let page = try await eventPage(query)
            found += page.records
            guard let next = page.next, found.count < limit else { return found }
            query.cursor = next
        }
    }

    /// The event at that place; nil when there is none.
    public func event(seq: Int64) async throws -> EventRecord? {
        guard seq > 0 else { return nil }
        var query = EventQuery()
        query.after = seq - 1
        query.isAscending = true
        query.limit = 1
        return try await events(query).first { $0.seq == seq }
    }

    /// The latest event of that type; nil when there is none.
    public func lastEvent(type: String) async throws -> EventRecord? {
        var query = EventQuery()
        query.type = type
        query.limit = 1
        return try await events(query).first
    }
}
