import Synchronization

/// Rung when the answer of a policy may have changed, for calls that wait for several policies at
/// once. Guarded by a mutex.
final class Bell: Sendable {
    private let listener = Mutex<(@Sendable (_ policyID: Int64) -> Void)?>(nil)

    /// Says who listens.
    func listen(_ listener: @escaping @Sendable (_ policyID: Int64) -> Void) {
        self.listener.withLock { $0 = listener }
    }

    /// Tells that the answer of a policy may have changed; called without any lock held.
    func ring(_ policyID: Int64) { listener.withLock { $0 }?(policyID) }
}
