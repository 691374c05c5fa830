/// That a spec names another policy.
public struct PolicyReference: Hashable, Sendable {
    /// Where in the spec.
    public let pointer: JSONPointer
    /// The policy named.
    public let identity: PolicyIdentity

    /// A reference at `pointer` to that policy.
    public init(_ pointer: JSONPointer, _ identity: PolicyIdentity) {
        self.pointer = pointer
        self.identity = identity
    }
}
