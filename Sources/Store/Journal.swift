import Foundation
internal import GRDB
import Resilience

/// Writes changes into the database, in the connection that writes.
///
/// Belongs to the writer and is used on its queue alone.
struct Journal {
    private var symbols = Symbols()
    private var versions = RowVersions()
    /// The place of the last event.
    private(set) var lastSeq: Int64
    /// The latest time told in this epoch.
    private var latestAt: Instant

    /// A journal that goes on where the database ends.
    init(_ database: Database) throws {
        let last = try Row.fetchOne(
            database, sql: "SELECT seq, at FROM events ORDER BY seq DESC LIMIT 1")
        lastSeq = last?[0] ?? 0
        latestAt = Instant(nanoseconds: last?[1] ?? Int64.min)
    }

    /// How many rows it knows to be newer than changes that wait.
    var knownRows: Int { versions.count }

    /// Whether it knows too many rows to let anything more overtake what waits.
    var mustKeepOrder: Bool { versions.isFull }

    /// Forgets rows that nothing older than those in it can be written to any more.
    mutating func forgetRows(before oldestWaiting: Int64?) {
        versions.forget(before: oldestWaiting)
    }

    /// Writes `changes`, all or none, and tells the place of the first event of each.
    ///
    /// - Parameter oldestWaiting: The first change that still waits. Those handed over after it
    ///   overtake it.
    mutating func write(
        _ changes: some Collection<WaitingChange>, overtaking oldestWaiting: Int64?,
        in database: Database
    ) throws -> [Int64] {
        let before = (lastSeq, latestAt)
        var firstSeqs: [Int64] = []
        do {
            try database.inTransaction(.immediate) {
                for change in changes {
                    firstSeqs.append(lastSeq + 1)
                    try write(change, in: database)
                    if let oldestWaiting, oldestWaiting < change.number { versions.note(change) }
                }
                return .commit
            }
        } catch {
            (lastSeq, latestAt) = before
            symbols.reset()
            versions.endTransaction(isCommitted: false)
            throw error
        }
        versions.endTransaction(isCommitted: true)
        return firstSeqs
    }

    private mutating func write(_ waiting: WaitingChange, in database: Database) throws {
        let (change, number) = (waiting.change, waiting.number)
        for policy in change.policies { try write(policy, in: database) }
        for assignment in change.assignments { try write(assignment, in: database) }
        for id in change.clearedPolicies {
            try run("DELETE FROM states WHERE policy_id = ?", [id], in: database)
        }
        for state in change.states where !versions.isStale(state, number) {
            try write(state, in: database)
        }
        if let reset = change.reset { versions.note(reset) }
        var settings = change.settings
        settings["manual_time"] = change.manualTime.map { String($0.nanoseconds) }
        for (name, value) in settings {
            try run(
                """
                INSERT INTO settings (name, value) VALUES (?, ?)
                ON CONFLICT DO UPDATE SET value = excluded.value
                """, [name, value], in: database)
        }
        for settlement in change.settlements where !versions.isStale(settlement.row, number) {
            try write(settlement, in: database)
        }
        for event in change.events { try write(event, in: database) }
    }

    private func write(_ write: PolicyWrite, in database: Database) throws {
        guard case .put(let policy, let action) = write else {
            if case .delete(let id) = write {
                try run("DELETE FROM policies WHERE id = ?", [id], in: database)
            }
            return
        }
        let document = policy.document.text
        try run(
            """
            INSERT INTO policies
            (id, kind, name, version, document, created_at, updated_at, updated_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET version = excluded.version,
            document = excluded.document, updated_at = excluded.updated_at,
            updated_by = excluded.updated_by
            """,
            [
                policy.id, policy.kind, policy.name, policy.version, document,
                policy.createdAt.nanoseconds, policy.updatedAt.nanoseconds, policy.updatedBy,
            ], in: database)
        try run(
            """
            INSERT INTO policy_versions
            (kind, name, version, action, document, created_at, created_by)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                policy.kind, policy.name, policy.version, action, document,
                policy.updatedAt.nanoseconds, policy.updatedBy,
            ], in: database)
    }

    /// As a state, it may come after its policy was deleted.
    private func write(_ write: AssignmentWrite, in database: Database) throws {
        switch write {
        case .put(let assignment):
            try run(
                """
                INSERT OR REPLACE INTO assignments
                (policy_id, key, document, expires_at, updated_at, updated_by)
                SELECT id, ?, ?, ?, ?, ? FROM policies WHERE id = ?
                """,
                [
                    assignment.key.text, assignment.document.text,
                    assignment.expiresAt?.nanoseconds, assignment.updatedAt.nanoseconds,
                    assignment.updatedBy, assignment.policyID,
                ], in: database)
        case .delete(let policyID, let key):
            try run(
                "DELETE FROM assignments WHERE policy_id = ? AND key = ?",
                [policyID, key.text], in: database)
        case .expire(let policyID, let key, let time):
            try run(
                "DELETE FROM assignments WHERE policy_id = ? AND key = ? AND expires_at <= ?",
                [policyID, key.text, time.nanoseconds], in: database)
        }
    }

    /// A state may be written after its policy was deleted; it is then dropped.
    private func write(_ write: StateWrite, in database: Database) throws {
        guard let state = write.state else {
            return try run(
                "DELETE FROM states WHERE policy_id = ? AND key = ?",
                [write.policyID, write.key.text], in: database)
        }
        try run(
            """
            INSERT OR REPLACE INTO states (policy_id, key, state)
            SELECT id, ?, ? FROM policies WHERE id = ?
            """,
            [write.key.text, state.text, write.policyID], in: database)
    }

    private func write(_ write: SettlementWrite, in database: Database) throws {
        let place = write.place
        guard let chunk = write.chunk else {
            return try run(
                "DELETE FROM settlements WHERE run = ? AND chunk = ?",
                [place.run, place.chunk], in: database)
        }
        let bits = chunk.bits.withUnsafeBytes { Data($0) }
        try run(
            "INSERT OR REPLACE INTO settlements (run, chunk, bits, expires_at) VALUES (?, ?, ?, ?)",
            [place.run, place.chunk, bits, chunk.expiresAt.nanoseconds], in: database)
    }

    private mutating func write(_ event: EventDraft, in database: Database) throws {
        let seq = lastSeq + 1
        let startsEpoch = event.at < latestAt.earlier(by: TimeBounds.disorder)
        if startsEpoch {
            try run("INSERT INTO event_epochs (first_seq) VALUES (?)", [seq], in: database)
        }
        try run(
            """
            INSERT INTO events
            (seq, at, type, kind, name, key, actor, trace_id, policy_version, reason, data,
            node)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                seq, event.at.nanoseconds, symbols.id(of: event.type, in: database),
                event.kind.map { try symbols.id(of: $0, in: database) },
                event.name.map { try symbols.id(of: $0, in: database) }, event.key,
                symbols.id(of: event.actor, in: database), event.traceID, event.policyVersion,
                event.reason, event.data?.text, event.node,
            ], in: database)
        lastSeq = seq
        latestAt = startsEpoch ? event.at : max(latestAt, event.at)
    }

    private func run(_ sql: String, _ arguments: StatementArguments, in database: Database) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
