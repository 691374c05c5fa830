public import Resilience

/// The state of one key put, or deleted where it is nil.
public struct StateWrite: Sendable {
    /// The policy.
    public let policyID: Int64
    /// The key.
    public let key: ExactString
    /// The state as a document.
    public let state: JSONValue?

    /// A write of that key's state.
    public init(policyID: Int64, key: ExactString, state: JSONValue?) {
        self.policyID = policyID
        self.key = key
        self.state = state
    }
}
