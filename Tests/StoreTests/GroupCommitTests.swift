import Dispatch
import GRDB
import Resilience
import Synchronization
import TestSupport
import Testing

@testable import Store

@Suite("The writer")
struct GroupCommitTests {
    /// Counts the commits of a database.
    private final class CommitCounter: TransactionObserver, Sendable {
        let count = Atomic(0)

        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
        func databaseDidChange(with event: DatabaseEvent) {}
        func databaseDidCommit(_ database: Database) { count.add(1, ordering: .relaxed) }
        func databaseDidRollback(_ database: Database) {}
    }

    @Test("commits many changes that wait at once")
    func grouped() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let counter = CommitCounter()
        store.pool.add(transactionObserver: counter)
        let held = await store.holdWriter()
        let seqs = try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 1...500 {
                group.addTask { try await store.writer.commit(.event("test.\(number)")) }
            }
            held.letGo()
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(seqs == Set(1...500))
        let commits = counter.count.load(ordering: .relaxed)
        #expect((1..<500).contains(commits), "\(commits) commits")
    }

    @Test("keeps the order in which changes were handed over, with no gaps")
    func order() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        for number in 0..<3000 { store.writer.enqueue(.event("test.e", at: Int64(number))) }
        try await store.writer.flush()
        var query = EventQuery()
        query.isAscending = true
        query.limit = 5000
        let events = try await store.events(query)
        #expect(events.map(\.seq) == Array(1...3000))
        #expect(events.map(\.event.at.milliseconds) == Array(0..<3000))
    }

    @Test("answers with the place of a change's first event")
    func firstSeq() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let three = Change(events: (1...3).map { _ in Change.event("test.e").events[0] })
        #expect(try await store.writer.commit(three) == 1)
        #expect(try await store.writer.commit(three) == 4)
        #expect(try await store.writer.commit(.event("test.e")) == 7)
    }

    @Test("a fault in one change takes no other with it")
    func oneBadChange() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.policy(1, "api"))
        let results = Mutex<[Int: Result<Int64, StoreError>]>([:])
        let held = await store.holdWriter()
        for number in 1...9 {
            var change = Change.event("test.\(number)")
            if number == 5 { change.policies = Change.policy(1, "api").policies }
            store.writer.enqueue(change) { result in
                results.withLock { $0[number] = result }
            }
        }
        held.letGo()
        try await store.writer.flush()
        let told = results.withLock { $0 }
        #expect(told[5].map { (try? $0.get()) == nil } == true)
        #expect((1...4).compactMap { try? told[$0]?.get() } == [1, 2, 3, 4])
        #expect((6...9).compactMap { try? told[$0]?.get() } == [5, 6, 7, 8])
        var query = EventQuery()
        query.isAscending = true
        let events = try await store.events(query)
        #expect(events.map(\.seq) == Array(1...8))
        #expect(events.map(\.event.type) == [1, 2, 3, 4, 6, 7, 8, 9].map { "test.\($0)" })
        #expect(store.writer.lastFailure == nil)
    }

    @Test("writes also what nobody waits for beside a bad change", arguments: [0, 4, 8])
    func nobodyWaits(badPlace: Int) async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.policy(1, "api"))
        let gate = await store.holdWriter()
        // The first is taken at once; the others wait together.
        store.writer.enqueue(.event("test.first"))
        while store.writer.backlog > 0 { await Task.yield() }
        for number in 0...8 {
            var change = Change.event("test.\(number)")
            if number == badPlace { change.policies = Change.policy(1, "api").policies }
            store.writer.enqueue(change)
        }
        gate.letGo()
        try await store.writer.flush()
        var query = EventQuery()
        query.isAscending = true
        let types = try await store.events(query).map(\.event.type)
        let good = (0...8).filter { $0 != badPlace }
        #expect(types == ["test.first"] + good.map { "test.\($0)" })
    }

    @Test(
        "tries a batch once on a full disk, and tells everyone in it",
        arguments: [Lane.awaited, .deferred])
    func fullDisk(lane: Lane) async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try store.limitPages()
        let refused = Atomic(0)
        let gate = await store.holdWriter()
        // The first is taken at once; the others wait together, and fit in one commit.
        store.writer.enqueue(.event("test.first"))
        while store.writer.backlog > 0 { await Task.yield() }
        let begun = store.countingTransactions()
        for number in 1...100 {
            var change = Change.event("test.\(number)")
            change.events[0].reason = String(repeating: "x", count: 1000)
            store.writer.enqueue(change, in: lane) { result in
                if case .failure(let error) = result, error.code == .unavailable {
                    refused.add(1, ordering: .relaxed)
                }
            }
        }
        gate.letGo()
        try? await store.writer.flush()
        #expect(refused.load(ordering: .relaxed) == 100)
        // One more may be for the first, and one for the barrier.
        let attempts = begun.count.load(ordering: .relaxed)
        #expect((1...3).contains(attempts), "\(attempts) attempts")
        #expect(try await store.events(EventQuery()).count <= 1)
        try store.liftPageLimit()
        try await store.writer.commit(.event("test.after"))
    }

    @Test("tells a failure of the disk from one of a change")
    func causes() {
        for code in [ResultCode.SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH] {
            #expect(CommitError(DatabaseError(resultCode: code)).liesInOneChange)
        }
        for code in [
            ResultCode.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_IOERR_WRITE, .SQLITE_READONLY,
            .SQLITE_CANTOPEN, .SQLITE_BUSY, .SQLITE_CORRUPT, .SQLITE_NOMEM, .SQLITE_LOCKED,
            .SQLITE_PERM, .SQLITE_PROTOCOL, .SQLITE_NOTADB,
        ] {
            #expect(!CommitError(DatabaseError(resultCode: code)).liesInOneChange)
        }
    }

    @Test(
        "refuses what is past the bound of a lane, off the caller's thread, and takes the rest",
        arguments: [
            (Lane.awaited, WaitingChanges.maximum), (.deferred, WaitingChanges.maximumForLevels),
        ])
    func overload(lane: Lane, bound: Int) async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let held = await store.holdWriter()
        let thousand = Change(events: (1..<1000).map { _ in Change.event("test.e").events[0] })
        let caller = Mutex(0)
        let taken = Atomic(0)
        let refused = Atomic(0)
        let code = Mutex<StoreError.Code?>(nil)
        var given = 0
        #expect(store.writer.hasRoom)
        while refused.load(ordering: .relaxed) == 0, given < 10_000 {
            given += 1
            // A caller may hold a lock that `done` takes too.
            caller.withLock { _ in
                store.writer.enqueue(thousand, in: lane) { result in
                    caller.withLock { _ in }
                    switch result {
                    case .success: taken.add(1, ordering: .relaxed)
                    case .failure(let error):
                        code.withLock { $0 = error.code }
                        refused.add(1, ordering: .relaxed)
                    }
                }
            }
        }
        #expect(!store.writer.hasRoom)
        held.letGo()
        await store.writer.makeRoom()
        #expect(store.writer.hasRoom)
        try await store.writer.flush()
        let count = taken.load(ordering: .relaxed)
        // A batch may have been taken before the writer was held up.
        #expect((bound / 1000...bound / 1000 + 11).contains(count))
        while refused.load(ordering: .relaxed) < given - count { await Task.yield() }
        #expect(code.withLock(\.self) == .overloaded)
        #expect(try await store.events(EventQuery()).first?.seq == Int64(count) * 999)
    }

    @Test("closing writes every change that it took, whoever hands over at that moment")
    func closingRace() async throws {
        let folder = try TemporaryFolder()
        for round in 1...20 {
            let store = try Store(in: folder)
            let seqs = await withTaskGroup(of: Bool.self) { group in
                for _ in 1...20 {
                    group.addTask {
                        do {
                            try await store.writer.commit(.event("test.e"))
                            return true
                        } catch let error as StoreError {
                            #expect(error.code == .closed, "round \(round): \(error)")
                            return false
                        } catch { return false }
                    }
                }
                group.addTask {
                    try? store.close()
                    return false
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let next = try Store(in: folder)
            #expect(try await next.events(EventQuery()).count == seqs)
            try next.forgetEvents()
            try next.close()
        }
    }
}

/// How many transactions were begun.
private final class BegunTransactions: Sendable {
    let count = Atomic(0)
}

extension Store {
    /// Counts the transactions of the writing connection, from when it is free on.
    fileprivate func countingTransactions() -> BegunTransactions {
        let begun = BegunTransactions()
        pool.asyncWriteWithoutTransaction { database in
            database.trace { event in
                guard "\(event)".hasPrefix("BEGIN") else { return }
                begun.count.add(1, ordering: .relaxed)
            }
        }
        return begun
    }
}
