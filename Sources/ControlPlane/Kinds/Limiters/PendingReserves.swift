import Resilience
import Synchronization

/// The last write of each key of a strict limiter that is not known to be on disk. Guarded by a
/// mutex; changed with the lock of the key's state held, except when a write has ended.
final class PendingReserves: Sendable {
    private let state = Mutex(State())

    private struct State {
        var receipts: [ExactString: Receipt] = [:]
        var isUsed = false
    }

    /// Whether there ever was one: then states may be ahead of what was granted.
    var isUsed: Bool { state.withLock(\.isUsed) }

    /// The write that a grant from the reserve of `key` waits for; nil when it is on disk.
    subscript(_ key: ExactString) -> Receipt? { state.withLock { $0.receipts[key] } }

    /// Notes the write of a reserve.
    func begin(_ key: ExactString, _ receipt: Receipt) {
        state.withLock { state in
            state.receipts[key] = receipt
            state.isUsed = true
        }
    }

    /// Notes that a write has ended.
    func end(_ key: ExactString, _ receipt: Receipt) {
        state.withLock { state in
            if state.receipts[key] === receipt { state.receipts[key] = nil }
        }
    }
}
