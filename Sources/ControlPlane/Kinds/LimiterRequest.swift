public import Resilience

/// A call that asks a limiter.
public struct LimiterRequest: Sendable {
    /// Whom it is about.
    public var key: ExactString
    /// What it costs; 0 looks.
    public var cost: Int64
    /// The tier it asks for; an assignment of the key wins over it.
    public var tier: String?
    /// How long it would wait to be allowed.
    public var wait: Timespan

    /// A call about that key.
    public init(
        key: ExactString, cost: Int64 = 1, tier: String? = nil, wait: Timespan = .zero
    ) {
        self.key = key
        self.cost = cost
        self.tier = tier
        self.wait = wait
    }
}

/// A limiter's answer, with what a client is told besides.
public struct LimiterAnswer: Sendable {
    /// What the limits say.
    public let decision: LimiterDecision
    /// Whom it is about.
    public let key: ExactString
    /// How long the call waited.
    public internal(set) var waited: Timespan
    /// The policy that decided.
    public let policy: PolicyEntry
    /// Whether its calls are told how long after the answer they may begin.
    public let isPaced: Bool

    /// Whether the call may go on: the limits allow it, or the policy does not enforce them.
    public var isAllowed: Bool { decision.isAllowed || policy.mode != .enforce }

    /// How long after the answer the call may begin; nil for a denied one. A policy that does not
    /// enforce its limits lets calls begin at once.
    public var delay: Timespan? {
        guard isAllowed else { return nil }
        return policy.mode == .enforce ? decision.delay : .zero
    }

    init(_ decision: LimiterDecision, _ key: ExactString, _ rules: LimiterVersion) {
        self.decision = decision
        self.key = key
        waited = .zero
        policy = rules.entry
        isPaced = rules.spec.algorithm == .leakyBucket
    }
}
