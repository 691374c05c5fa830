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
