public import Resilience
import Synchronization

/// A timeout of this process: how long a call is waited for. Guarded by a mutex.
public final class Timeout: Sendable {
    /// How long that is, and whether it follows how long calls take.
    public let policy: TimeoutPolicy
    private let state: Mutex<TimeoutState>

    /// A timeout that has seen no call.
    public init(_ policy: TimeoutPolicy) {
        self.policy = policy
        state = Mutex(TimeoutState(at: .epoch))
    }

    /// How long a call is waited for at present, and the figures behind it.
    public var view: TimeoutView { state.withLock { $0.view(policy) } }

    /// Records how long a call took.
    func record(_ outcome: Outcome, _ duration: Timespan) {
        guard policy.adaptive != nil else { return }
        state.withLock { _ = $0.record(outcome, duration) }
    }
}
