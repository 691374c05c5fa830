import Resilience
import Synchronization

/// The policies in force, by kind and name.
///
/// Guarded by a mutex; a reader takes what it needs and never sees half of a change.
final class Registry: Sendable {
    private let entries = Mutex<[PolicyIdentity: PolicyEntry]>([:])

    /// The policy of that kind and name.
    func entry(_ policy: PolicyIdentity) -> PolicyEntry? { entries.withLock { $0[policy] } }

    /// All policies, by what they are found by.
    var all: [PolicyIdentity: PolicyEntry] { entries.withLock { $0 } }

    /// Puts a policy in force in place of the one of its name.
    func put(_ entry: PolicyEntry) {
        entries.withLock { $0[entry.identity] = entry }
    }

    /// Takes a policy out of force.
    func remove(_ entry: PolicyEntry) {
        entries.withLock { $0[entry.identity] = nil }
    }
}
