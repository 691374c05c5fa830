import Resilience
import Store
import Synchronization

/// The keys of a policy that ask the most, and those that are denied the most. They are
/// written at graceful stops, so that after a crash they are those of the last one. Guarded by a
/// mutex.
final class HeavyKeys: Sendable {
    /// The key of their row; clients' keys hold no control characters.
    static let row: ExactString = "\u{1}top"

    private let sketches = Mutex([
        HeavyHitters(capacity: PlaneLimits.heavyKeys),
        HeavyHitters(capacity: PlaneLimits.heavyKeys),
    ])

    /// Counts a call of `key`.
    func add(_ key: ExactString, isAllowed: Bool) {
        sketches.withLock { $0[isAllowed ? 0 : 1].add(key) }
    }

    /// The heaviest, at most `limit`.
    func top(_ limit: Int, areAllowed: Bool) -> [HeavyHitter] {
        sketches.withLock { $0[areAllowed ? 0 : 1].top(limit) }
    }

    /// Takes over what was on disk; false when it is nothing of the kind.
    func restore(_ snapshot: JSONValue) -> Bool {
        let read = snapshot.array?.compactMap(HeavyHitters.init(snapshot:)) ?? []
        guard read.count == 2 else { return false }
        sketches.withLock { $0 = read }
        return true
    }

    /// Hands them to the writer.
    func write(_ policyID: Int64, with writer: Writer) {
        let snapshot = sketches.withLock { sketches -> JSONValue? in
            let isEmpty = sketches.allSatisfy { $0.top(1).isEmpty }
            return isEmpty ? nil : .array(sketches.map(\.snapshot))
        }
        guard let snapshot else { return }
        var change = Change()
        change.states = [StateWrite(policyID: policyID, key: Self.row, state: snapshot)]
        writer.enqueue(change)
    }
}
