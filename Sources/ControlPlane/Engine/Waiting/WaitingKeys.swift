import Resilience
import Synchronization

/// The keys of a policy that calls wait for: as many as calls that wait at most, so that what
/// concerns all of those finds them without walking all keys. Guarded by a mutex; changed with
/// the lock of the key's state held, and taken last.
final class WaitingKeys: Sendable {
    /// By the part of the states that has the key's.
    private let parts = Mutex<[Int: Set<ExactString>]>([:])

    /// Those keys as they are now.
    var all: Set<ExactString> {
        parts.withLock { parts in parts.values.reduce(into: []) { $0.formUnion($1) } }
    }

    /// Those of one part of the states.
    func part(_ shard: Int) -> Set<ExactString> { parts.withLock { $0[shard] ?? [] } }

    /// Notes that a call waits for a key.
    func insert(_ key: ExactString) {
        parts.withLock { _ = $0[key.shard, default: []].insert(key) }
    }

    /// Notes that none does any more.
    func remove(_ key: ExactString) {
        let shard = key.shard
        parts.withLock { parts in
            parts[shard]?.remove(key)
            if parts[shard]?.isEmpty == true { parts[shard] = nil }
        }
    }
}
