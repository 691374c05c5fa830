import Resilience
import Synchronization

/// The keys of a policy that calls wait for: as many as calls that wait at most, so that what
/// concerns all of those finds them without walking all keys. Guarded by a mutex; changed with
/// the lock of the key's state held, and taken last.
final class WaitingKeys: Sendable {
    private let keys = Mutex<Set<ExactString>>([])

    /// Those keys as they are now.
    var all: Set<ExactString> { keys.withLock(\.self) }

    /// Notes that a call waits for a key.
    func insert(_ key: ExactString) { keys.withLock { _ = $0.insert(key) } }

    /// Notes that none does any more.
    func remove(_ key: ExactString) { keys.withLock { _ = $0.remove(key) } }
}
