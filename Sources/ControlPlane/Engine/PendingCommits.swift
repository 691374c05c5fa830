import Resilience
import Synchronization

/// The last write of each key that is not known to be on disk, where answers about the key wait for
/// it without a write of their own. Guarded by a mutex; changed with the lock of the key's state
/// held, except when a write has ended.
final class PendingCommits: Sendable {
    private let state = Mutex(State())

    private struct State {
        var commits: [ExactString: PendingCommit] = [:]
        var isUsed = false
    }

    /// Whether there ever was one: then states may be ahead of what was granted.
    var isUsed: Bool { state.withLock(\.isUsed) }

    /// The write that an answer about `key` waits for; nil when it is on disk.
    subscript(_ key: ExactString) -> PendingCommit? { state.withLock { $0.commits[key] } }

    /// Notes a write, until it has ended.
    func begin(_ key: ExactString, _ commit: PendingCommit) {
        state.withLock { state in
            state.commits[key] = commit
            state.isUsed = true
        }
        PendingCommit.afterAll([commit]) { [weak self] _ in self?.end(key, commit) }
    }

    private func end(_ key: ExactString, _ commit: PendingCommit) {
        state.withLock { state in
            if state.commits[key] === commit { state.commits[key] = nil }
        }
    }
}
