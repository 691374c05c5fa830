import Resilience

/// A policy that keeps a state for each key.
protocol StatefulPolicy: LivePolicy {
    associatedtype State: KeyState

    /// The states.
    var table: StateTable<State> { get }

    /// Whether forgetting the state of `key` changes no answer and loses no event.
    func isFresh(_ key: ExactString, _ state: State, at now: Instant) -> Bool
}

extension StatefulPolicy {
    /// The timer of that purpose for a key.
    func timer(_ key: ExactString, _ purpose: Timers.Purpose) -> Timers.Key {
        Timers.Key(policyID: table.policyID, key: key, purpose: purpose)
    }
}
