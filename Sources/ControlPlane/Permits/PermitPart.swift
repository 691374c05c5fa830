import Resilience

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
