import Synchronization

/// Numbers the calls that wait, and bounds how many do.
final class WaitingRoom: Sendable {
    private let count = Atomic(0)
    private let lastID = Atomic<UInt64>(0)

    /// A number for a call that may come to wait.
    func nextID() -> UInt64 { lastID.add(1, ordering: .relaxed).newValue }

    /// Whether any call waits.
    var isAnyone: Bool { count.load(ordering: .relaxed) > 0 }

    /// Lets one more wait; false when as many wait as may.
    func enter() -> Bool {
        guard count.add(1, ordering: .relaxed).newValue > PlaneLimits.waiters else { return true }
        leave()
        return false
    }

    /// One waits no longer.
    func leave() { count.subtract(1, ordering: .relaxed) }
}
