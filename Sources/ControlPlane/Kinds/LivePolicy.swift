import Resilience

/// A policy at work. It stays the same object from version to version.
protocol LivePolicy: AnyObject, Sendable {
    /// A version of it, ready to be decided by.
    associatedtype Version: RulesVersion
    /// What is counted of it.
    associatedtype Figure: TallyFigure

    /// The version in force.
    var rules: Rules<Version> { get }
    /// What was counted.
    var tally: Tally<Figure> { get }
    /// What writes its events behind the answers.
    var desk: EventDesk { get }

    /// A policy that begins to work.
    init(_ entry: PolicyEntry, _ census: Census)
}

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
