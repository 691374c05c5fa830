import Synchronization

/// Numbers the calls that wait, and bounds how many do.
final class WaitingRoom: Sendable {
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
