import Foundation
import GRDB
import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("Migrations")
struct MigrationTests {
    private static let first = Migration(name: "0001_a.sql", sql: "CREATE TABLE a (x INTEGER);")
    private static let second = Migration(name: "0002_b.sql", sql: "CREATE TABLE b (y INTEGER);")

    @Test("make a fresh file, and are noted with their checksums")
    func freshFile() throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        #expect(store.appliedMigrations == Migration.all)
        let checksum: String? = try store.written("SELECT sha256 FROM schema_history")
        #expect(checksum == Migration.all.first?.checksum)
        #expect(checksum?.count == 64)
    }

    @Test("are applied once")
    func appliedOnce() throws {
        let folder = try TemporaryFolder()
        try Store(in: folder).close()
        let store = try Store(in: folder)
        #expect(store.appliedMigrations.isEmpty)
        #expect(try store.written("SELECT count(*) FROM schema_history") == Migration.all.count)
    }

    @Test("that are new are applied after the old ones")
    func newStep() throws {
        let folder = try TemporaryFolder()
        try Store(in: folder).close()
        let next = Migration(name: "9999_next.sql", sql: "CREATE TABLE next (x INTEGER) STRICT;")
        let store = try Store(in: folder, migrations: Migration.all + [next])
        #expect(store.appliedMigrations == [next])
    }

    @Test("of older files find their events made by no node")
    func nodes() async throws {
        let folder = try TemporaryFolder()
        let old = try Store(in: folder, migrations: Array(Migration.all.prefix(2)))
        try await old.pool.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    INSERT INTO symbols (id, text) VALUES (1, 'server.started'), (2, 'switchgear');
                    INSERT INTO events (seq, at, type, actor) VALUES (1, 0, 1, 2);
                    """)
        }
        try old.close()
        let store = try Store(in: folder)
        try await store.writer.commit(.event("test.next"))
        #expect(try await store.event(seq: 1)?.event.type == "server.started")
        #expect(try await store.event(seq: 1)?.node == 0)
        #expect(try await store.event(seq: 2)?.node == 0)
    }

    @Test("that fail leave nothing behind, and the ones before them applied")
    func failingStep() throws {
        let folder = try TemporaryFolder()
        let bad = Migration(
            name: "0002_bad.sql", sql: "CREATE TABLE half (x INTEGER); CREATE TABLE events (x);")
        #expect(throws: StoreError.self) {
            try Store(in: folder, migrations: Migration.all + [bad])
        }
        let store = try Store(in: folder)
        #expect(store.appliedMigrations.isEmpty)
        let half = "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"
        #expect(try store.written(half) == 0)
    }

    @Test("are every file of the folder, in order")
    func embedded() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: "migrations").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(Migration.all.map(\.name) == names)
        #expect(Migration.all.map(\.version) == Array(1...Int64(names.count)))
        for migration in Migration.all {
            let bytes = FileManager.default.contents(atPath: "\(folder)/\(migration.name)")
            #expect(bytes == Data(migration.sql.utf8))
        }
    }

    /// A file that must not be touched: what makes it, the steps of the binary, what is said.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let made: [Migration]
        let known: [Migration]
        let says: String
    }

    private static let edited = Migration(name: "0001_a.sql", sql: "CREATE TABLE a (z INTEGER);")
    private static let refusals = [
        Refusal(
            testDescription: "a changed step", made: [first], known: [edited],
            says: "its step 0001_a.sql differs from the one in this binary"),
        Refusal(
            testDescription: "a missing step", made: [first, second], known: [second],
            says: "its step 0001_a.sql is missing from this binary"),
        Refusal(
            testDescription: "a newer version", made: [first, second], known: [first],
            says: "it was made by a newer version (0002_b.sql); run that version"),
        Refusal(
            testDescription: "a step that was skipped", made: [second], known: [first, second],
            says: "the step 0001_a.sql was never applied to it"),
    ]

    @Test("refuse a file of other steps, and leave it as it is", arguments: refusals)
    func otherSteps(refusal: Refusal) throws {
        let folder = try TemporaryFolder()
        let queue = try DatabaseQueue(path: folder.file())
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            _ = try Migrator(migrations: refusal.made).migrate(database, at: 0)
        }
        try queue.close()
        try expectRefusal(refusal.says, of: folder, knowing: refusal.known)
    }

    @Test("refuse the database of another program, and leave it as it is")
    func foreignDatabase() throws {
        let folder = try TemporaryFolder()
        let queue = try DatabaseQueue(path: folder.file())
        try queue.write { try $0.execute(sql: "CREATE TABLE theirs (x); ") }
        try queue.close()
        try expectRefusal("it is a database of another program", of: folder)
    }

    @Test("refuse a file that is no database, and leave it as it is")
    func noDatabase() throws {
        let folder = try TemporaryFolder()
        let bytes = Data(repeating: 0x78, count: 5000)
        try bytes.write(to: URL(filePath: folder.file()))
        try expectRefusal("file is not a database", of: folder)
    }

    private func expectRefusal(
        _ says: String, of folder: TemporaryFolder, knowing migrations: [Migration] = Migration.all
    ) throws {
        let before = try #require(folder.bytes())
        let error = #expect(throws: StoreError.self) {
            try Store(in: folder, migrations: migrations)
        }
        #expect(error?.code == .unusable)
        #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains(folder.file()) == true)
        #expect(folder.bytes() == before)
        #expect(folder.bytes(of: "switchgear.db-wal") ?? [] == [])
        #expect(throws: StoreError.self) { try Store(in: folder, migrations: migrations) }
    }
}
