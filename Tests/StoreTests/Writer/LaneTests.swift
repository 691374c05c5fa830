import Resilience
import Synchronization
import TestSupport
import Testing

@testable import Store

@Suite("Lanes")
struct LaneTests {
    @Test("what somebody waits for overtakes levels, which are written after it in their order")
    func overtaking() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let held = try await store.holdWriterWhileBusy()
        for number in 0..<50 { store.writer.enqueue(.events("level.\(number)", 200)) }
        let seq = Mutex<Int64?>(nil)
        store.writer.enqueue(.event("awaited"), in: .awaited) { result in
            seq.withLock { $0 = try? result.get() }
        }
        held.letGo()
        try await store.writer.flush()
        let types = try await store.typesInOrder()
        #expect(types.count == 10_002)
        let place = seq.withLock { $0 } ?? .max
        #expect(place <= 2 + Int64(WaitingChanges.maximumLevels) + 200)
        let levels = types.filter { $0.hasPrefix("level") }
        #expect(levels == (0..<50).flatMap { Array(repeating: "level.\($0)", count: 200) })
    }

    @Test("a level overtakes nothing, and a flush is done when both lanes are")
    func noOvertaking() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let held = try await store.holdWriterWhileBusy()
        for number in 0..<150 {
            store.writer.enqueue(.events("awaited.\(number)", 200), in: .awaited)
        }
        store.writer.enqueue(.event("level"))
        let flushed = Task { try await store.writer.flush() }
        while store.writer.backlog < 30_153 { await Task.yield() }
        store.writer.enqueue(.event("awaited.last"), in: .awaited)
        held.letGo()
        try await flushed.value
        let types = try await store.typesInOrder()
        let level = try #require(types.firstIndex(of: "level"))
        #expect(
            types[..<level].count { $0.hasPrefix("awaited.") && $0 != "awaited.last" } == 30_000)
    }

    @Test("changes of anything but levels are awaited, whoever says otherwise")
    func forced() {
        var changes = [Change.policy(1, "p")]
        var (setting, clearing, moving, expiring) = (Change(), Change(), Change(), Change())
        var resetting = Change.state(1, "k", nil)
        resetting.reset = StateReset()
        setting.settings = ["a": "b"]
        clearing.clearedPolicies = [1]
        moving.manualTime = .epoch
        expiring.assignments = [.expire(policyID: 1, key: "k", at: .epoch)]
        changes += [setting, clearing, moving, expiring, resetting]
        #expect(changes.allSatisfy { !$0.canBeDeferred && $0.isWriting })
        #expect(Change.state(1, "k", .null).canBeDeferred && Change.event("e").canBeDeferred)
        #expect(Change().canBeDeferred && !Change().isWriting)
    }

    /// What a change does with the state of the key `k` of the policy 1.
    enum Write: CaseIterable {
        case put, delete, clear, deletePolicy

        func change(_ text: String) -> Change {
            var change =
                switch self {
                case .put: Change.state(1, "k", .string(text))
                case .delete: Change.state(1, "k", nil)
                case .clear, .deletePolicy: Change()
                }
            if self == .clear { change.clearedPolicies = [1] }
            if self == .deletePolicy { change.policies = [.delete(id: 1)] }
            change.events = Change.event(text).events
            return change
        }
    }

    @Test(
        "a late level never replaces a newer state", arguments: [Write.put, .delete],
        Write.allCases)
    func late(level: Write, newer: Write) async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.policy(1, "api"))
        try await store.writer.commit(.state(1, "k", "first"))
        let held = try await store.holdWriterWhileBusy()
        // More levels than one commit takes keep the last one back.
        for _ in 0..<2 { store.writer.enqueue(.events("level", WaitingChanges.maximumLevels)) }
        store.writer.enqueue(level.change("late"))
        store.writer.enqueue(newer.change("newer"), in: .awaited)
        held.letGo()
        try await store.writer.flush()
        let order = try await store.typesInOrder().filter { ["late", "newer"].contains($0) }
        #expect(order == ["newer", "late"])
        let row: String? = try store.written("SELECT state FROM states")
        #expect(row == (newer == .put ? "\"newer\"" : nil))
        #expect(store.writer.knownRows == 0)
    }

    @Test("a level stands where the newer state that overtook it could not be written")
    func failed() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.policy(1, "api"))
        let held = try await store.holdWriterWhileBusy()
        for _ in 0..<2 { store.writer.enqueue(.events("level", WaitingChanges.maximumLevels)) }
        store.writer.enqueue(Write.put.change("late"))
        var newer = Write.put.change("newer")
        newer.policies = Change.policy(1, "api").policies
        store.writer.enqueue(newer, in: .awaited)
        held.letGo()
        try await store.writer.flush()
        #expect(try store.written("SELECT state FROM states") == "\"late\"")
    }

    @Test("a level stands where the disk failed under the newer state")
    func failedDisk() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.policy(1, "api"))
        try store.limitPages()
        let held = try await store.holdWriterWhileBusy()
        // Levels that take no room on the disk.
        var deletions = Change()
        deletions.states = (0..<WaitingChanges.maximumLevels).map { number in
            StateWrite(policyID: 1, key: ExactString("\(number)"), state: nil)
        }
        for _ in 0..<2 { store.writer.enqueue(deletions) }
        store.writer.enqueue(.state(1, "k", "late"))
        store.writer.enqueue(.state(1, "k", "newer"), in: .awaited)
        var large = Change.event("test.large")
        large.events[0].reason = String(repeating: "x", count: 100_000)
        store.writer.enqueue(large, in: .awaited) { _ in try? store.liftPageLimit() }
        held.letGo()
        try await store.writer.flush()
        #expect(try store.written("SELECT state FROM states") == "\"late\"")
    }

    @Test("marks of permits that were overtaken do not come back")
    func marks() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let held = try await store.holdWriterWhileBusy()
        for _ in 0..<2 { store.writer.enqueue(.events("level", WaitingChanges.maximumLevels)) }
        let place = SettlementMarks.Place(run: 1, chunk: 0)
        for (lane, bits) in [(Lane.deferred, UInt64(1)), (.awaited, 3)] {
            var change = Change()
            let chunk = SettlementMarks.Chunk(bits: [bits], expiresAt: .epoch)
            change.settlements = [SettlementWrite(place: place, chunk: chunk)]
            store.writer.enqueue(change, in: lane)
        }
        held.letGo()
        try await store.writer.flush()
        #expect(try await store.settlements().map(\.1.bits) == [[3]])
    }

    /// A state that counts how often its document is made.
    private final class CountingState: Snapshot {
        let count = Atomic(0)

        init() {}
        init?(snapshot: JSONValue) { nil }

        var snapshot: JSONValue {
            count.add(1, ordering: .relaxed)
            return "made"
        }
    }

    @Test("the document of a state is made when it is written, once")
    func encoding() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.policy(1, "api"))
        let held = try await store.holdWriterWhileBusy()
        let state = CountingState()
        var change = Change()
        change.states = [StateWrite(policyID: 1, key: "k", state: state)]
        store.writer.enqueue(change)
        #expect(state.count.load(ordering: .relaxed) == 0)
        held.letGo()
        try await store.writer.flush()
        #expect(state.count.load(ordering: .relaxed) == 1)
        #expect(try store.written("SELECT state FROM states") == "\"made\"")
    }
}
