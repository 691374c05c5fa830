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

/// An outcome as it is reported.
public struct OutcomeReport: Sendable {
    /// How the call went.
    public var outcome: Outcome
    /// How long it took.
    public var duration: Timespan?
    /// Who tells.
    public var reporter: String?
    /// How many calls went so.
    public var count: Int64

    /// A report of that outcome.
    public init(
        _ outcome: Outcome, duration: Timespan? = nil, reporter: String? = nil, count: Int64 = 1
    ) {
        self.outcome = outcome
        self.duration = duration
        self.reporter = reporter
        self.count = count
    }
}

/// What came of a report.
public struct SettlementReply: Sendable {
    /// Why it was not counted; nil when it was.
    public let reason: String?
    /// Where the breaker stands; nil when its policy is gone.
    public let position: BreakerPosition?
    /// What the report caused.
    public let transition: BreakerTransition?

    init(_ answer: BreakerAnswer) {
        reason = answer.reason?.rawValue
        position = answer.position
        transition = answer.transition
    }

    init(reason: String, _ position: BreakerPosition?) {
        self.reason = reason
        self.position = position
        transition = nil
    }
}
