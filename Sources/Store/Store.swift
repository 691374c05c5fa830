import Foundation
internal import GRDB
public import Resilience

/// The SQLite file: everything that outlives the process.
///
/// One connection writes, through ``writer``; a few others read. The file is locked for as long
/// as the store lives.
public final class Store: Sendable {
    /// The way into the file.
    public let writer: Writer
    /// What was committed, told to whoever listens.
    public var feed: Feed { writer.feed }
    /// The migrations that were applied when it was opened.
    public let appliedMigrations: [Migration]
    let pool: DatabasePool
    private let lock: FileLock

    /// Opens the file at `path`, makes it if need be, and brings it to the present shape.
    ///
    /// - Parameters:
    ///   - migrations: The steps that make the shape.
    ///   - now: The time to note for steps that are taken.
    /// - Throws: ``StoreError`` when the file is in use or cannot be used; it is then as it was.
    public init(
        path: String, migrations: [Migration] = Migration.all, at now: Instant
    ) throws {
        lock = try FileLock(database: path)
        let migrator = Migrator(migrations: migrations)
        do {
            let inspection = try Self.inspect(path, migrator)
            defer { try? inspection?.close() }
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            appliedMigrations = try pool.writeWithoutTransaction { database in
                try Self.makeDurable(database)
                return try migrator.migrate(database, at: now.nanoseconds)
            }
            writer = try Writer(pool)
        } catch let error as StoreError {
            throw StoreError(error.code, "cannot use \(path): \(error.description)")
        } catch {
            throw StoreError(.unusable, "cannot use \(path): \(error)")
        }
    }

    /// Writes what is waiting, tells the last of it to those who listen, empties the write-ahead
    /// log into the file, closes it, and lets others have it.
    public func close() throws {
        writer.close()
        try? pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try pool.close()
        lock.release()
    }

    /// The version of SQLite at work.
    public var sqliteVersion: String {
        get throws {
            try pool.read { try String.fetchOne($0, sql: "SELECT sqlite_version()") } ?? "unknown"
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.label = "switchgear"
        return configuration
    }

    /// Refuses a file that must not be touched while nothing is written yet: opening the pool
    /// would make any database one with a write-ahead log.
    ///
    /// - Returns: The connection that looked. It stays open until the pool is, since the last one
    ///   to close would try to empty the log.
    private static func inspect(_ path: String, _ migrator: Migrator) throws -> DatabaseQueue? {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        guard let size, size > 0 else { return nil }
        var configuration = configuration
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            _ = try queue.read { try migrator.pending(in: $0) }
            return queue
        } catch let error as DatabaseError where error.resultCode != .SQLITE_NOTADB {
            // What a crash left half done can only be read after it was rolled back.
            return nil
        }
    }

    /// Sets `synchronous=FULL`, so that a commit is on disk when it returns, and reads it back:
    /// GRDB sets NORMAL for the write-ahead log when it opens a pool.
    private static func makeDurable(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        guard level == 2, mode == "wal" else {
            throw StoreError(
                .unusable, "it does not take journal_mode=WAL with synchronous=FULL")
        }
    }

    /// Runs a query off the threads that answer, and tells failures in one way.
    func read<Value: Sendable>(
        _ query: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read(query)
        } catch let error as DatabaseError {
            throw StoreError(
                .unavailable, "the database cannot be read: \(StoreError.words(of: error))")
        }
    }
}

extension Store {
    /// The version of SQLite that the file is kept by.
    public func sqliteVersion() async throws -> String {
        try await read { database in
            try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? ""
        }
    }
}
