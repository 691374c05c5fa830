public import Resilience

/// The state of one key put, or deleted where it is nil.
public struct StateWrite: Sendable {
    /// The policy.
    public let policyID: Int64
    /// The key.
    public let key: ExactString
    /// The state as a document.
    public let state: JSONValue?
    /// What was under way when it was handed over: where that was written, this one is not.
    public let yieldsTo: StateReset?

    /// A write of that key's state.
    public init(
        policyID: Int64, key: ExactString, state: JSONValue?, yieldsTo reset: StateReset? = nil
    ) {
        self.policyID = policyID
        self.key = key
        self.state = state
        yieldsTo = reset
    }
}
