public import Resilience

/// The part of a guard that denies a call.
public struct GuardDenial: Sendable {
    /// The policy.
    public let policy: PolicyIdentity
    /// Why.
    public let reason: String
}
