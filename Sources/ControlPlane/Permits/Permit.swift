import Resilience

/// What a permit says: which it is, and the policy, key and state that it is bound to.
struct Permit: Equatable, Sendable {
    /// Which permit it is.
    let number: PermitNumber
    /// The policy that gave it.
    let policyID: Int64
    /// The key that it was given for.
    let key: ExactString
    /// The generation of the key's state.
    let generation: Int64
    /// The lease that goes with it, where there is one.
    let lease: UInt64?
    /// From when on it is too late.
    let expiresAt: Instant
    /// Who asked.
    let reporter: String?
}
