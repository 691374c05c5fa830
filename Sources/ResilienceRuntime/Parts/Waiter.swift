import Resilience
import Synchronization

/// A call that stands in line for a slot. Its waiting ends once, however many want to end it;
/// guarded by a mutex.
final class Waiter: Sendable {
    /// How waiting ends.
    enum End: Sendable {
        /// With a slot.
        case served(BulkheadPermit)
        /// Too late.
        case expired
        /// By the caller.
        case cancelled
    }

    private enum State {
        case coming
        case waiting(CheckedContinuation<End, Never>)
        case ended(End)
    }

    /// Until when it waits.
    let deadline: Instant
    private let state = Mutex(State.coming)

    /// A call that waits until then.
    init(until deadline: Instant) { self.deadline = deadline }

    /// Ends the waiting, unless that has been done.
    ///
    /// - Returns: Whether this was its end.
    func end(_ end: End) -> Bool {
        state.withLock { state in
            if case .ended = state { return false }
            if case .waiting(let continuation) = state { continuation.resume(returning: end) }
            state = .ended(end)
            return true
        }
    }

    /// Waits for the end; to be called once.
    func wait() async -> End {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if case .ended(let end) = state {
                    continuation.resume(returning: end)
                } else {
                    state = .waiting(continuation)
                }
            }
        }
    }
}
