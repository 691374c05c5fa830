import Dispatch
import GRDB
import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("Durability")
struct DurabilityTests {
    @Test("a commit is on disk when it returns: WAL with synchronous=FULL")
    func synchronous() throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        #expect(try store.written("PRAGMA synchronous") == 2)
        #expect(try store.written("PRAGMA journal_mode") == "wal")
        #expect(try store.written("PRAGMA foreign_keys") == 1)
    }

    @Test("closing writes what is waiting and empties the log")
    func closing() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let held = await store.holdWriter()
        for number in 1...1000 { store.writer.enqueue(.event("test.\(number % 3)")) }
        held.letGo()
        try store.close()
        #expect(folder.bytes(of: "switchgear.db-wal") ?? [] == [])
        let next = try Store(in: folder)
        #expect(try await next.events(EventQuery()).first?.seq == 1000)
    }

    @Test("after closing, changes and queries are refused")
    func closed() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try store.close()
        let error = await #expect(throws: StoreError.self) {
            try await store.writer.commit(.event("test.late"))
        }
        #expect(error?.code == .closed)
        let unread = await #expect(throws: StoreError.self) {
            try await store.events(EventQuery())
        }
        #expect(unread?.code == .unavailable)
        #expect(!store.writer.hasRoom)
    }

    @Test("a full disk refuses changes, and takes them again when there is room")
    func fullDisk() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.event("test.before"))
        try store.limitPages()
        let text = String(repeating: "x", count: 100_000)
        var big = Change.event("test.big")
        big.events[0].reason = text
        let error = await #expect(throws: StoreError.self) { try await store.writer.commit(big) }
        #expect(error?.code == .unavailable)
        #expect(store.writer.lastFailure != nil)
        #expect(try await store.events(EventQuery()).count == 1)
        try store.liftPageLimit()
        let seq = try await store.writer.commit(big)
        #expect(seq == 2)
        #expect(store.writer.lastFailure == nil)
        #expect(try await store.event(seq: 2)?.event.reason == text)
    }
}

extension Store {
    /// Makes the disk look full.
    func limitPages() throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1") }
    }

    /// Gives the disk room again.
    func liftPageLimit() throws {
        try pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = 1073741823")
        }
    }
}
