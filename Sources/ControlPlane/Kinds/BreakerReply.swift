public import Resilience

/// A breaker's answer to a call that asks, with what a client is told besides.
public struct BreakerReply: Sendable {
    /// What the breaker says; nil where it rests.
    public let decision: BreakerDecision?
    /// Where it stands.
    public let position: BreakerPosition
    /// The generation of its state.
    public let generation: Int64
    /// What the outcome is settled with; nil for a denied call.
    public let permit: String?
    /// The policy that decided.
    public let policy: PolicyEntry

    /// Whether the call may go on.
    public var isAllowed: Bool { decision?.isAllowed != false || policy.mode != .enforce }
}
