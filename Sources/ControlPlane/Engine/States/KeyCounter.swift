import Synchronization

/// Counts the live keys of all policies, so that their number is bounded.
final class KeyCounter: Sendable {
    /// How many there may be. Those that were there before the start may be more.
    let maximum: Int
    private let count = Atomic(0)

    init(maximum: Int = PlaneLimits.liveKeys) { self.maximum = maximum }

    /// How many there are.
    var number: Int { count.load(ordering: .relaxed) }

    /// Whether there may be one more.
    var hasRoom: Bool { number < maximum }

    /// Counts one more in; false when there are as many as there may be.
    func enter() -> Bool {
        let (_, count) = count.add(1, ordering: .relaxed)
        guard count > maximum else { return true }
        self.count.subtract(1, ordering: .relaxed)
        return false
    }

    /// Counts one in that was there before the start.
    func enterAnyway() { count.add(1, ordering: .relaxed) }

    /// Counts so many out.
    func leave(_ number: Int) { count.subtract(number, ordering: .relaxed) }
}
