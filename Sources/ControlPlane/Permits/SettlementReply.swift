public import Resilience

/// What came of a report.
public struct SettlementReply: Sendable {
    /// Why it was not counted; nil when it was.
    public let reason: UncountedReason?
    /// Where the breaker stands; nil when its policy is gone, or there is none.
    public let position: BreakerPosition?
    /// What the report caused.
    public let transition: BreakerTransition?
    /// Whether a guard gave the permit, whose answers say whether the call is tried again.
    public internal(set) var isOfGuard = false
    /// Whether, and when, the call is tried again; nil where nothing says it.
    public internal(set) var retry: RetryReply?

    init(_ answer: BreakerAnswer) {
        reason = answer.reason
        position = answer.position
        transition = answer.transition
    }

    /// A reply of these; counted where there is no `reason`.
    init(reason: UncountedReason?, _ position: BreakerPosition? = nil) {
        self.reason = reason
        self.position = position
        transition = nil
    }
}
