import Resilience

/// The states of a part by key, at most so many; guarded by the part's lock.
///
/// A state that is idle, so that forgetting it changes no answer, is kept until there are twice as
/// many as after the last look: looking costs O(1) for each new key, over all.
struct KeyedStates<State: Sendable>: Sendable {
    private var states: [ExactString: State] = [:]
    private let maximumCount: Int
    private var sweepCount: Int
    private var sweptAt = Instant.distantPast

    /// No states, with room for so many.
    init(maximumCount: Int) {
        precondition(maximumCount > 0, "a part needs room for a key")
        self.maximumCount = maximumCount
        sweepCount = min(maximumCount, RuntimeLimits.keysKeptUnswept)
    }

    /// The state of a key; one is set where there is one, or after ``hasRoom(for:at:isIdle:)``.
    subscript(key: ExactString) -> State? {
        get { states[key] }
        set { states[key] = newValue }
    }

    /// Changes the state that a key has, in its place; nothing is done where it has none.
    mutating func change(_ key: ExactString, _ body: (inout State) -> Void) {
        guard let index = states.index(forKey: key) else { return }
        body(&states.values[index])
    }

    /// How many there are.
    var count: Int { states.count }

    /// Whether there is a state of the key, or room for one, idle ones being forgotten.
    mutating func hasRoom(
        for key: ExactString, at now: Instant, isIdle: (State) -> Bool
    ) -> Bool {
        if states.count < sweepCount || states[key] != nil { return true }
        if states.count < maximumCount || now >= sweptAt + RuntimeLimits.sweepInterval {
            states = states.filter { !isIdle($0.value) }
            sweptAt = now
            sweepCount = min(
                maximumCount, max(RuntimeLimits.keysKeptUnswept, 2 * states.count))
        }
        return states.count < maximumCount
    }
}
