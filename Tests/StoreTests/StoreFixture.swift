import GRDB
import Resilience
import TestSupport

@testable import Store

extension Store {
    /// A store on the usual file of a folder.
    convenience init(
        in folder: TemporaryFolder, migrations: [Migration] = Migration.all
    ) throws {
        try self.init(path: folder.file(), migrations: migrations, at: .epoch)
    }

    /// One value, read through the writing connection.
    func written<Value: DatabaseValueConvertible & Sendable>(_ sql: String) throws -> Value? {
        try pool.writeWithoutTransaction { try Value.fetchOne($0, sql: sql) }
    }

    /// Makes the history empty, before the file is opened again.
    func forgetEvents() throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: "DELETE FROM events") }
    }

    /// Keeps the writer from writing until the returned thread is let go.
    func holdWriter() async -> HeldThread {
        let pool = pool
        return await HeldThread { hold in pool.writeWithoutTransaction { _ in hold() } }
    }
}

extension Store {
    /// Keeps the writer from writing, with a commit under way: what is handed over now waits.
    func holdWriterWhileBusy() async throws -> HeldThread {
        try await writer.flush()
        let held = await holdWriter()
        writer.enqueue(.event("test.first"), in: .awaited)
        while writer.backlog > 0 { await Task.yield() }
        return held
    }

    /// The types of all events, from the oldest on.
    func typesInOrder() async throws -> [String] {
        var query = EventQuery()
        query.isAscending = true
        query.limit = .max
        return try await events(query).map(\.event.type)
    }
}

extension Change {
    /// A change that tells of so many events of that type.
    static func events(_ type: String, _ count: Int) -> Change {
        Change(events: Array(repeating: event(type).events[0], count: count))
    }

    /// A change that tells of one event of that type.
    static func event(_ type: String, at milliseconds: Int64 = 0) -> Change {
        Change(events: [EventDraft(type, at: Instant(milliseconds: milliseconds), actor: "test")])
    }

    /// A change that puts a policy.
    static func policy(
        _ id: Int64, _ name: String, version: Int64 = 1, action: String = "created",
        _ document: JSONObject = ["mode": "enforce"]
    ) -> Change {
        var change = Change()
        let record = PolicyRecord(
            id: id, kind: "limiter", name: name, version: version, document: document,
            createdAt: .epoch, updatedAt: Instant(milliseconds: version), updatedBy: "ann")
        change.policies = [.put(record, action: action)]
        return change
    }

    /// A change that puts or deletes the state of a key.
    static func state(_ policyID: Int64, _ key: ExactString, _ state: JSONValue?) -> Change {
        var change = Change()
        change.states = [StateWrite(policyID: policyID, key: key, state: state)]
        return change
    }
}
