internal import CAssets
import Crypto
internal import GRDB

/// One step in the shape of the database. Once landed it is never edited.
public struct Migration: Equatable, Sendable {
    /// Its number; steps are taken in this order.
    public let version: Int64
    /// Its file's name.
    public let name: String
    /// Its statements.
    public let sql: String

    /// A step from a file called like `0001_initial.sql`.
    public init(name: String, sql: String) {
        guard let version = Int64(name.prefix { $0 != "_" }) else {
            preconditionFailure("a migration's name begins with its number, not \(name)")
        }
        self.version = version
        self.name = name
        self.sql = sql
    }

    /// The SHA-256 of its statements, in hexadecimal.
    public var checksum: String {
        SHA256.hash(data: Array(sql.utf8)).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0" + hex : hex
        }.joined()
    }

    /// All steps, as embedded in the binary.
    public static let all: [Migration] = (0..<switchgear_migration_count).map { index in
        let asset = switchgear_migration(index).pointee
        let bytes = UnsafeBufferPointer(start: asset.bytes, count: asset.count)
        return Migration(
            name: String(cString: asset.name), sql: String(decoding: bytes, as: UTF8.self))
    }
}

/// Brings a database to the present shape, or says why it must not be touched.
struct Migrator {
    /// The steps there are, in order.
    let migrations: [Migration]

    /// Takes the steps that are missing, each in a transaction of its own.
    ///
    /// - Returns: The steps that were taken.
    /// - Throws: `unusable` when the file is not ours, comes from a newer version, or was made by
    ///   steps that are not those of this binary. Then nothing is changed.
    func migrate(_ database: Database, at now: Int64) throws -> [Migration] {
        let pending = try pending(in: database)
        if !pending.isEmpty { try createHistory(in: database) }
        for migration in pending {
            try database.inTransaction(.immediate) {
                try database.execute(sql: migration.sql)
                try database.execute(
                    sql: """
                        INSERT INTO schema_history (version, name, sha256, applied_at)
                        VALUES (?, ?, ?, ?)
                        """,
                    arguments: [migration.version, migration.name, migration.checksum, now])
                return .commit
            }
        }
        return pending
    }

    /// The steps that are missing. Reads only.
    ///
    /// - Throws: As ``migrate(_:at:)``.
    func pending(in database: Database) throws -> [Migration] {
        let applied = try history(in: database)
        try check(applied)
        return migrations.filter { migration in
            !applied.contains { $0.version == migration.version }
        }
    }

    private struct Applied {
        let version: Int64
        let name: String
        let checksum: String
    }

    private func history(in database: Database) throws -> [Applied] {
        guard try database.tableExists("schema_history") else {
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            guard tables == 0 else {
                throw StoreError(.unusable, "it is a database of another program")
            }
            return []
        }
        let rows = try Row.fetchAll(
            database, sql: "SELECT version, name, sha256 FROM schema_history ORDER BY version")
        return rows.map { Applied(version: $0[0], name: $0[1], checksum: $0[2]) }
    }

    private func createHistory(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS schema_history (
                  version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL,
                  applied_at INTEGER NOT NULL
                ) STRICT
                """)
    }

    private func check(_ applied: [Applied]) throws(StoreError) {
        let newest = migrations.last?.version ?? 0
        for step in applied {
            guard let known = migrations.first(where: { $0.version == step.version }) else {
                throw StoreError(
                    .unusable,
                    step.version > newest
                        ? "it was made by a newer version (\(step.name)); run that version"
                        : "its step \(step.name) is missing from this binary")
            }
            guard known.checksum == step.checksum else {
                throw StoreError(
                    .unusable, "its step \(step.name) differs from the one in this binary")
            }
        }
        let last = applied.last?.version ?? 0
        for migration in migrations where migration.version < last {
            guard applied.contains(where: { $0.version == migration.version }) else {
                throw StoreError(.unusable, "the step \(migration.name) was never applied to it")
            }
        }
    }
}
