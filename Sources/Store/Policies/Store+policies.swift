import Foundation
internal import GRDB
public import Resilience

extension Store {
    /// All policies, by kind and name.
    public func policies() async throws -> [PolicyRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, kind, name, version, document, created_at, updated_at, updated_by
                    FROM policies ORDER BY kind, name
                    """
            ).map { row in
                PolicyRecord(
                    id: row[0], kind: row[1], name: row[2], version: row[3],
                    document: try parse(row[4]), createdAt: Instant(nanoseconds: row[5]),
                    updatedAt: Instant(nanoseconds: row[6]), updatedBy: row[7])
            }
        }
    }

    /// The highest number that a policy ever had.
    public func lastPolicyID() async throws -> Int64 {
        try await read { database in
            try Int64.fetchOne(
                database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'policies'") ?? 0
        }
    }

    /// The highest version that a name of a kind ever had; 0 for none.
    public func lastVersion(kind: String, name: String) async throws -> Int64 {
        try await read { database in
            try Int64.fetchOne(
                database,
                sql: "SELECT max(version) FROM policy_versions WHERE kind = ? AND name = ?",
                arguments: [kind, name]) ?? 0
        }
    }

    /// Versions of a policy below `before`, newest first.
    public func versions(
        kind: String, name: String, before: Int64 = .max, limit: Int
    ) async throws -> [VersionRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT version, action, document, created_at, created_by FROM policy_versions
                    WHERE kind = ? AND name = ? AND version < ? ORDER BY version DESC LIMIT ?
                    """,
                arguments: [kind, name, before, limit]
            ).map { row in
                VersionRecord(
                    version: row[0], action: row[1], document: try parse(row[2]),
                    createdAt: Instant(nanoseconds: row[3]), createdBy: row[4])
            }
        }
    }

    /// All assignments.
    public func assignments() async throws -> [AssignmentRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT policy_id, key, document, expires_at, updated_at, updated_by
                    FROM assignments
                    """
            ).map { row in
                AssignmentRecord(
                    policyID: row[0], key: ExactString(row[1]), document: try parse(row[2]),
                    expiresAt: (row[3] as Int64?).map { Instant(nanoseconds: $0) },
                    updatedAt: Instant(nanoseconds: row[4]), updatedBy: row[5])
            }
        }
    }

    /// The states of all keys, handed to `take` one by one.
    public func forEachState(_ take: @escaping @Sendable (StateWrite) throws -> Void) async throws {
        try await read { database in
            let rows = try Row.fetchCursor(
                database, sql: "SELECT policy_id, key, state FROM states")
            while let row = try rows.next() {
                let state = try JSONParser.parse(row[2] as String).value
                try take(StateWrite(policyID: row[0], key: ExactString(row[1]), state: state))
            }
        }
    }

    /// The time at which the manual clock stood.
    public func manualTime() async throws -> Instant? {
        try await setting("manual_time").flatMap { Int64($0) }.map { Instant(nanoseconds: $0) }
    }

    /// A single value.
    public func setting(_ name: String) async throws -> String? {
        try await read { database in
            try String.fetchOne(
                database, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name])
        }
    }

    /// The marks of settled permits.
    public func settlements() async throws -> [(SettlementMarks.Place, SettlementMarks.Chunk)] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT run, chunk, bits, expires_at FROM settlements"
            ).map { row in
                let bits = (row[2] as Data).withUnsafeBytes { bytes in
                    Array(bytes.assumingMemoryBound(to: UInt64.self))
                }
                let end = Instant(nanoseconds: row[3])
                return (
                    SettlementMarks.Place(run: row[0], chunk: row[1]),
                    SettlementMarks.Chunk(bits: bits, expiresAt: end)
                )
            }
        }
    }
}

/// A stored document, which this program wrote itself.
func parse(_ text: String) throws -> JSONObject {
    guard let object = try JSONParser.parse(text).value.object else {
        throw StoreError(.unavailable, "the database holds a document that is no object")
    }
    return object
}
