import Resilience
import Store
import Synchronization

/// The keys of a policy that ask the most, and those that are denied the most. They are
/// written at graceful stops, so that after a crash they are those of the last one.
///
/// Calls of different keys count in different parts, each guarded by a mutex of its own.
final class HeavyKeys: Sendable {
    /// The key of their row; clients' keys hold no control characters.
    static let row: ExactString = "\u{1}top"

    private let parts = (0..<PlaneLimits.counterParts).map { _ in Part() }

    /// One part of the keys.
    private final class Part: Sendable {
        let sketches = Mutex([
            HeavyHitters(capacity: PlaneLimits.heavyKeys),
            HeavyHitters(capacity: PlaneLimits.heavyKeys),
        ])
    }

    private func part(of key: ExactString) -> Part { parts[key.shard % parts.count] }

    /// Counts a call of `key`.
    func add(_ key: ExactString, isAllowed: Bool) {
        part(of: key).sketches.withLock { $0[isAllowed ? 0 : 1].add(key) }
    }

    /// The heaviest, at most `limit`.
    func top(_ limit: Int, areAllowed: Bool) -> [HeavyHitter] { top(limit, areAllowed ? 0 : 1) }

    private func top(_ limit: Int, _ sketch: Int) -> [HeavyHitter] {
        let found = parts.flatMap { part in part.sketches.withLock { $0[sketch].top(limit) } }
        return HeavyHitters.heaviest(of: found, limit)
    }

    /// Takes over what was on disk; false when it is nothing of the kind.
    func restore(_ snapshot: JSONValue) -> Bool {
        let read = snapshot.array?.compactMap(HeavyHitters.init(snapshot:)) ?? []
        guard read.count == 2 else { return false }
        for (sketch, hitters) in read.enumerated() {
            for hitter in hitters.top(hitters.capacity).reversed() {
                part(of: hitter.key).sketches.withLock { $0[sketch].take(hitter) }
            }
        }
        return true
    }

    /// Hands them to the writer.
    func write(_ policyID: Int64, with writer: Writer) {
        let found = [0, 1].map { top(PlaneLimits.heavyKeys * parts.count, $0) }
        guard found.contains(where: { !$0.isEmpty }) else { return }
        let sketches = found.map { found in
            var sketch = HeavyHitters(capacity: PlaneLimits.heavyKeys * parts.count)
            for hitter in found.reversed() { sketch.take(hitter) }
            return sketch
        }
        var change = Change()
        change.states = [
            StateWrite(
                policyID: policyID, key: Self.row,
                state: JSONValue.array(sketches.map(\.snapshot)))
        ]
        writer.enqueue(change)
    }
}
