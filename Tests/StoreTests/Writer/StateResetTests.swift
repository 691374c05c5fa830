import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("States that are being set back")
struct StateResetTests {
    /// A change that deletes the state of `k`.
    private static func deletion(_ reset: StateReset) -> Change {
        var change = Change.state(1, "k", nil)
        change.reset = reset
        return change
    }

    /// A change that puts that state as it was before `reset`.
    private static func before(_ reset: StateReset, _ state: JSONValue) -> Change {
        var change = Change()
        change.states = [StateWrite(policyID: 1, key: "k", state: state, yieldsTo: reset)]
        return change
    }

    private func state(_ store: Store) throws -> String? {
        try store.written("SELECT state FROM states WHERE key = 'k'")
    }

    @Test("are not put as they were before by what is written afterwards")
    func written() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        _ = try await store.writer.commit(.policy(1, "p"))
        _ = try await store.writer.commit(.state(1, "k", 1))
        let reset = StateReset()
        let held = await store.holdWriter()
        store.writer.enqueue(Self.before(reset, 2))
        store.writer.enqueue(Self.deletion(reset))
        store.writer.enqueue(Self.before(reset, 3))
        held.letGo()
        try await store.writer.flush()
        #expect(try state(store) == nil)
        _ = try await store.writer.commit(Self.before(reset, 4))
        #expect(try state(store) == nil)
        _ = try await store.writer.commit(.state(1, "k", 5))
        #expect(try state(store) == "5")
    }

    @Test("stay as they were, and go on, where that was rolled back")
    func rolledBack() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        _ = try await store.writer.commit(.policy(1, "p"))
        _ = try await store.writer.commit(.state(1, "k", 1))
        let reset = StateReset()
        // What is put twice is refused, and with it all of the change.
        var impossible = Self.deletion(reset)
        impossible.policies = Change.policy(2, "p").policies
        let held = await store.holdWriter()
        store.writer.enqueue(.event("test.first"))
        while store.writer.backlog > 0 { await Task.yield() }
        store.writer.enqueue(impossible)
        store.writer.enqueue(Self.before(reset, 2))
        held.letGo()
        try await store.writer.flush()
        #expect(!reset.isWritten)
        #expect(try state(store) == "2")
    }

    @Test("stay set back, or go on, when the reset overtakes levels", arguments: [true, false])
    func overtaking(isWritten: Bool) async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        _ = try await store.writer.commit(.policy(1, "p"))
        let reset = StateReset()
        var change = Self.deletion(reset)
        if !isWritten { change.policies = Change.policy(2, "p").policies }
        let held = try await store.holdWriterWhileBusy()
        // More levels than one commit takes keep the next one back.
        for _ in 0..<2 { store.writer.enqueue(.events("level", WaitingChanges.maximumLevels)) }
        store.writer.enqueue(.state(1, "k", 2))
        store.writer.enqueue(change)
        store.writer.enqueue(Self.before(reset, 3))
        store.writer.enqueue(Self.before(reset, 4), in: .awaited)
        store.writer.enqueue(Self.before(reset, 5))
        held.letGo()
        try await store.writer.flush()
        #expect(reset.isWritten == isWritten)
        #expect(try state(store) == (isWritten ? nil : "5"))
        // They are forgotten once those who waited for the commit are told.
        while store.writer.knownRows > 0 { await Task.yield() }
    }
}
