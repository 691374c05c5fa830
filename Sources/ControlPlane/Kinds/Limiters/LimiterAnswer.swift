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
    /// The key's accounts that are not full, where it was looked at.
    public internal(set) var accounts: [AccountFigures] = []
    /// The policy that decided.
    public let policy: PolicyEntry
    /// Whether its calls are told how long after the answer they may begin.
    public let isPaced: Bool

    /// What it has spent; nil where that is nothing.
    var spent: SpentCost?

    /// Whether nothing could be decided, since the key has no state and there are too many keys:
    /// then `when_unreachable` is the answer.
    public let hasNoRoom: Bool

    /// Whether the call may go on: the limits allow it, or the policy does not enforce them.
    public var isAllowed: Bool { wouldAllow || policy.mode != .enforce }

    /// Whether the call might go on if the policy were enforced.
    public var wouldAllow: Bool {
        hasNoRoom ? policy.document.whenUnreachable == .allow : decision.isAllowed
    }

    /// Why the limits deny the call, or nothing could be decided; nil where they allow it.
    public var reason: String? {
        hasNoRoom ? PlaneLimits.noRoom : decision.denial?.reason.rawValue
    }

    /// How long after the answer the call may begin; nil for a denied one. A policy that does not
    /// enforce its limits lets calls begin at once.
    public var delay: Timespan? {
        guard isAllowed else { return nil }
        return policy.mode == .enforce ? decision.delay : .zero
    }

    init(_ decision: LimiterDecision, _ key: ExactString, _ version: LimiterVersion) {
        self.decision = decision
        self.key = key
        waited = .zero
        policy = version.entry
        isPaced = version.spec.algorithm == .leakyBucket
        hasNoRoom = false
    }

    /// The answer to a call about a key that has no state and can have none.
    init(withoutRoom request: LimiterRequest, tier: Tier, _ version: LimiterVersion) {
        decision = LimiterDecision(
            tier: tier.name, cost: request.cost, denial: nil, limits: [])
        key = request.key
        waited = .zero
        policy = version.entry
        isPaced = false
        hasNoRoom = true
    }
}

extension LimiterAnswer: GuardedReply {
    var refusal: GuardRefusal? {
        if policy.mode == .disabled || wouldAllow { return nil }
        // Nobody knows how long it takes until there is room for the key.
        return GuardRefusal(
            reason ?? "", decision.denial?.retryAfter,
            isFinal: decision.denial?.retryAfter == nil)
    }
}

/// What is counted of a limiter.
enum LimiterCount: Int, CountedFigure {
    case allowed, denied, waited, refunded, costSpent

    var name: String { self == .costSpent ? "cost_spent" : "\(self)" }
}
