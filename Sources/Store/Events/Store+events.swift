internal import GRDB
import Resilience

extension Store {
    /// The events that `query` asks for, in its order.
    public func events(_ query: EventQuery) async throws -> [EventRecord] {
        try await read { try EventReader(database: $0).events(query) }
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
