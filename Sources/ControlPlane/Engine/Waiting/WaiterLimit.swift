import Resilience
import Synchronization

/// Numbers the calls that wait, and bounds how many do.
final class WaiterLimit: Sendable {
    private let entered = Atomic(0)
    private let lastID = Atomic<UInt64>(0)
    private let isClosed = Atomic(false)
    private let visited = Atomic(0)

    /// A number for a call that may come to wait.
    func nextID() -> UInt64 { lastID.add(1, ordering: .relaxed).newValue }

    /// How many calls wait.
    var count: Int { entered.load(ordering: .sequentiallyConsistent) }

    /// Whether any call waits.
    var isAnyone: Bool { count > 0 }

    /// How often a key was looked after: what a change that concerns those who wait costs.
    var visits: Int { visited.load(ordering: .relaxed) }

    /// Notes that a key is looked after.
    func noteVisit() { visited.add(1, ordering: .relaxed) }

    /// Lets one more wait; false when as many wait as may. Throws once it is closed.
    func enter() throws(PlaneError) -> Bool {
        let count = entered.add(1, ordering: .sequentiallyConsistent).newValue
        let isOpen = !isClosed.load(ordering: .sequentiallyConsistent)
        if isOpen, count <= PlaneLimits.waiters { return true }
        leave()
        guard isOpen else { throw PlaneError(.overloaded, "the server is stopping") }
        return false
    }

    /// Lets nobody in any more.
    func close() { isClosed.store(true, ordering: .sequentiallyConsistent) }

    /// One waits no longer.
    func leave() { entered.subtract(1, ordering: .relaxed) }
}

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
