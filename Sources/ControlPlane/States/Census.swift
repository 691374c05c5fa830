import Synchronization

/// Counts the live keys of all policies, so that their number is bounded.
final class Census: Sendable {
    private let count = Atomic(0)

    /// How many there are.
    var number: Int { count.load(ordering: .relaxed) }

    /// Counts one more in; false when there are as many as there may be.
    func enter() -> Bool {
        let (_, count) = count.add(1, ordering: .relaxed)
        guard count > PlaneLimits.liveKeys else { return true }
        self.count.subtract(1, ordering: .relaxed)
        return false
    }

    /// Counts one in that was there before the start.
    func enterAnyway() { count.add(1, ordering: .relaxed) }

    /// Counts so many out.
    func leave(_ number: Int) { count.subtract(number, ordering: .relaxed) }
}
