import Resilience

/// What a permit says: which it is, who gave it, and the states that its outcome is told to.
struct Permit: Equatable, Sendable {
    /// Which permit it is.
    let number: PermitNumber
    /// The node that gave it; 0 for a server that stands alone.
    var node: Int64 = 0
    /// The policy that gave it.
    let policyID: Int64
    /// The states that it is bound to: one, or those of a guard's parts.
    let parts: [PermitPart]
    /// From when on it is too late, unless a lease that goes with it was renewed.
    let expiresAt: Instant
    /// Who asked.
    var reporter: String?
    /// Which attempt the call is.
    var attempt: Int64 = 1
}

/// A state that a permit is bound to.
struct PermitPart: Equatable, Sendable {
    /// The policy.
    let policyID: Int64
    /// The key that the call was about.
    let key: ExactString
    /// The generation of the key's state, where it has generations.
    var generation: Int64 = 0
    /// The lease that goes with it, where there is one.
    var lease: UInt64?
    /// Whether the key had no state when the call was allowed, since there were too many keys:
    /// then nothing is told of the call.
    var hasNoState = false
    /// When that lease ends, unless it is renewed; nil where the permit says it.
    var leaseEnd: Instant?
}

/// What a permit is to say of a state.
struct PermitGrant: Sendable {
    let part: PermitPart
    /// From when on the permit is too late; nil where the state does not say it.
    var expiresAt: Instant?
}
