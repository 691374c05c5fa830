import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("Random histories of the writer")
struct WriterHistoryTests {
    /// What the states must be when all that was handed over is written, in that order.
    private struct Model {
        var states: [Int64: [ExactString: String]] = [1: [:], 2: [:], 3: [:]]

        /// The resets that were written.
        private var resets: Set<ObjectIdentifier> = []

        mutating func apply(_ change: Change) {
            for case .delete(let id) in change.policies { states[id] = nil }
            for id in change.clearedPolicies { states[id]?.removeAll() }
            if let reset = change.reset { resets.insert(ObjectIdentifier(reset)) }
            for write in change.states {
                if let reset = write.yieldsTo, resets.contains(ObjectIdentifier(reset)) {
                    continue
                }
                states[write.policyID]?[write.key] = write.state?.text
            }
        }
    }

    /// A reset that is under way: of one key of a policy, or of all.
    private struct Reset {
        let reset = StateReset()
        let policyID: Int64
        let key: ExactString?

        /// A change that is the reset.
        init(_ change: inout Change, _ policyID: Int64, _ random: inout SplitMix64) {
            self.policyID = policyID
            key = Bool.random(using: &random) ? "k0" : nil
            change.reset = reset
            if let key {
                change.states = [StateWrite(policyID: policyID, key: key, state: nil)]
            } else {
                change.clearedPolicies = [policyID]
            }
        }

        /// Whether the states of that key are set back by it.
        func concerns(_ policyID: Int64, _ key: ExactString) -> Bool {
            self.policyID == policyID && self.key ?? key == key
        }
    }

    /// A change of a few states, with an event that bears its number; now and then a reset, to
    /// which what comes after it gives way.
    private static func change(
        _ number: Int, _ resets: inout [Reset], _ random: inout SplitMix64
    ) -> Change {
        var change = Change()
        // The rest of a commit's levels, so that some are left behind.
        let count = Int.random(in: 0..<4, using: &random) == 0 ? 250 : 1
        change.events = Change.events("test.\(number)", count).events
        let policyID = Int64.random(in: 1...3, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<3: change.clearedPolicies = [policyID]
        case 3 where number > 200: change.policies = [.delete(id: 3)]
        case 4..<10:
            // One that cannot be written.
            change.policies = Change.policy(1, "first").policies
        case 10..<14 where !resets.contains { $0.policyID == policyID }:
            resets.append(Reset(&change, policyID, &random))
            if Bool.random(using: &random) { change.policies = Change.policy(1, "first").policies }
            return change
        default: break
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let key = ExactString("k\(Int.random(in: 0..<4, using: &random))")
            let isDeleted = Int.random(in: 0..<4, using: &random) == 0
            change.states.append(
                StateWrite(
                    policyID: policyID, key: key,
                    state: isDeleted ? nil : JSONValue.integer(Int64(number)),
                    yieldsTo: resets.first { $0.concerns(policyID, key) }?.reset))
        }
        return change
    }

    @Test(
        "leave the last state of each row, and the events of each lane in order",
        arguments: 1...6)
    func history(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        for id in 1...3 as ClosedRange<Int64> {
            try await store.writer.commit(.policy(id, id == 1 ? "first" : "p\(id)"))
        }
        var random = SplitMix64(seed: seed)
        var model = Model()
        var lanes: [Lane] = []
        var number = 0
        for _ in 0..<6 {
            let held = try await store.holdWriterWhileBusy()
            var resets: [Reset] = []
            for _ in 0..<80 {
                let change = Self.change(number, &resets, &random)
                let isGood = if case .put? = change.policies.first { false } else { true }
                let isAwaited = Bool.random(using: &random) || !change.canBeDeferred
                lanes.append(isAwaited ? .awaited : .deferred)
                if isGood { model.apply(change) }
                store.writer.enqueue(change, in: isAwaited ? .awaited : .deferred) { result in
                    let isWritten = (try? result.get()) != nil
                    #expect(isWritten == isGood)
                }
                number += 1
            }
            held.letGo()
            // What comes later is of after the resets.
            try await store.writer.flush()
        }
        let rows = Collected<String>()
        try await store.forEachState { row in
            rows.add("\(row.policyID) \(row.key) \(row.state?.text ?? "")")
        }
        let expected = model.states.flatMap { id, states in
            states.map { "\(id) \($0) \($1)" }
        }
        #expect(Set(rows.all) == Set(expected))
        #expect(store.writer.knownRows == 0)
        let order = try await store.typesInOrder().compactMap { Int($0.dropFirst(5)) }
        let overtakings = Self.overtakings(in: order, lanes)
        #expect(overtakings > 0)
    }

    /// How many changes overtook a level; nothing else may.
    private static func overtakings(in order: [Int], _ lanes: [Lane]) -> Int {
        var newest: [Lane: Int] = [:]
        var count = 0
        for number in order {
            // Whatever is newer than this one and was written before overtook it.
            #expect(newest[.deferred, default: -1] <= number)
            if let awaited = newest[.awaited], awaited > number {
                #expect(lanes[number] == .deferred)
                count += 1
            }
            newest[lanes[number]] = max(number, newest[lanes[number], default: -1])
        }
        return count
    }
}
