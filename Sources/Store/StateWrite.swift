public import Resilience

/// The state of one key put, or deleted where it is nil.
///
/// It holds the state itself. The document is made from it by whoever writes or reads it, not by
/// whoever hands it over with the state's lock held.
public struct StateWrite: Sendable {
    /// The policy.
    public let policyID: Int64
    /// The key.
    public let key: ExactString
    /// What was under way when it was handed over: where that was written, this one is not.
    public let yieldsTo: StateReset?
    private let value: (any Snapshot)?

    /// A write of that key's state.
    public init(
        policyID: Int64, key: ExactString, state: (any Snapshot)?,
        yieldsTo reset: StateReset? = nil
    ) {
        self.policyID = policyID
        self.key = key
        value = state
        yieldsTo = reset
    }

    /// The state as a document, made anew each time.
    public var state: JSONValue? { value?.snapshot }

    /// About how many bytes the key and the document have.
    var size: Int { key.byteCount + (value?.snapshotSize ?? 0) }
}
