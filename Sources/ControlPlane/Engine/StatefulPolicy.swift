import Resilience
import Store

/// A policy that keeps a state for each key.
protocol StatefulPolicy: LivePolicy {
    associatedtype State: KeyState

    /// The states.
    var table: StateTable<State> { get }

    /// Whether forgetting the state of `key` changes no answer and loses no event.
    func isFresh(_ key: ExactString, _ state: State, at now: Instant) -> Bool

    /// A reset of all keys was handed over, which deletes what is kept for them together, too.
    /// Called with the locks of all states held.
    func resetBegun(_ reset: StateReset)

    /// It is on disk, and in force from now on, or could not be written. Called with the locks of
    /// all states held.
    func resetEnded(isStored: Bool)
}

extension StatefulPolicy {
    func resetBegun(_ reset: StateReset) {}

    func resetEnded(isStored: Bool) {}

    /// The timer of that purpose for a key.
    func timer(_ key: ExactString, _ purpose: Timers.Purpose) -> Timers.Key {
        Timers.Key(policyID: table.policyID, key: key, purpose: purpose)
    }
}
