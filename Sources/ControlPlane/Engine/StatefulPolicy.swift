import Resilience
import Store

/// A policy that keeps a state for each key.
protocol StatefulPolicy: LivePolicy {
    associatedtype State: KeyState

    /// The states.
    var table: StateTable<State> { get }

    /// Whether forgetting the state of `key` changes no answer and loses no event.
    func isFresh(_ key: ExactString, _ state: State, at now: Instant) -> Bool

    /// Sets back what is kept for all keys together, with the locks of all states held.
    ///
    /// - Returns: The rows that say so, and what puts it back where they cannot be written.
    func resetShared(at now: Instant) -> (rows: [StateWrite], putBack: () -> Void)
}

extension StatefulPolicy {
    func resetShared(at now: Instant) -> (rows: [StateWrite], putBack: () -> Void) { ([], {}) }

    /// The timer of that purpose for a key.
    func timer(_ key: ExactString, _ purpose: Timers.Purpose) -> Timers.Key {
        Timers.Key(policyID: table.policyID, key: key, purpose: purpose)
    }
}
