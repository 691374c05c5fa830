import Resilience
import Synchronization

/// What a part keeps, with the mutex that guards it. The mutex cannot own the content, as it would
/// elsewhere, since several parts are locked together and then used side by side.
final class Locked<Content: Sendable>: OrderedLock, @unchecked Sendable {
    /// What is guarded: only used inside ``locked(_:)``.
    var content: Content
    private let mutex = Mutex(())

    /// This, with nobody using it.
    init(_ content: Content) { self.content = content }

    /// By its address: it is the same for all guards, and no two have the same.
    var order: LockOrder { LockOrder(group: 0, member: Int(bitPattern: ObjectIdentifier(self))) }

    func locked<Answer, Failure: Error>(
        _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try mutex.withLock { _ throws(Failure) in try body() }
    }

    /// Does `body` with the content, and the lock held.
    func withLock<Answer>(_ body: (inout Content) -> Answer) -> Answer {
        locked { body(&content) }
    }
}
