import Resilience
import Synchronization

/// The policies in force, by kind and name.
///
/// Guarded by a mutex; a reader takes what it needs and never sees half of a change.
final class Registry: Sendable {
    private let state = Mutex(State())

    private struct State {
        var entries: [PolicyIdentity: PolicyEntry] = [:]
        /// All of them by kind and name, once somebody has asked since the last change.
        var sorted: [PolicyEntry]?
    }

    /// The policy of that kind and name.
    func entry(_ policy: PolicyIdentity) -> PolicyEntry? { state.withLock { $0.entries[policy] } }

    /// All policies, by what they are found by.
    var all: [PolicyIdentity: PolicyEntry] { state.withLock(\.entries) }

    /// All policies, by kind and name. O(n log n) after a change, else O(1).
    var sorted: [PolicyEntry] {
        state.withLock { state in
            if let sorted = state.sorted { return sorted }
            let sorted = state.entries.values.sorted { $0.identity < $1.identity }
            state.sorted = sorted
            return sorted
        }
    }

    /// Puts a policy in force in place of the one of its name.
    func put(_ entry: PolicyEntry) {
        state.withLock { state in
            state.entries[entry.identity] = entry
            state.sorted = nil
        }
    }

    /// Takes a policy out of force.
    func remove(_ entry: PolicyEntry) {
        state.withLock { state in
            state.entries[entry.identity] = nil
            state.sorted = nil
        }
    }
}
