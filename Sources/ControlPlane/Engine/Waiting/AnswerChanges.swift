import Resilience
import Synchronization

/// Tells when the answer of a policy may have changed, for calls that wait for several policies at
/// once. Guarded by a mutex.
final class AnswerChanges: Sendable {
    /// Hears of a policy, and of the key that it is about; nil for all keys.
    typealias Hearing = @Sendable (_ policyID: Int64, _ key: ExactString?) -> Void

    /// Who listens. A mutex must not hold a bare function: each time such a one is read, it is
    /// wrapped once more and put back so, until calling it takes more stack than there is.
    private struct Listener: Sendable {
        let hear: Hearing
    }

    private let listener = Mutex<Listener?>(nil)

    /// Says who listens.
    func listen(_ hear: @escaping Hearing) {
        listener.withLock { $0 = Listener(hear: hear) }
    }

    /// Tells that the answer of a policy may have changed, with one key or with all; called
    /// without any lock held.
    func notify(_ policyID: Int64, _ key: ExactString? = nil) {
        listener.withLock { $0 }?.hear(policyID, key)
    }
}
