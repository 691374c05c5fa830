/// A limiter's answer to one call.
public struct LimiterDecision: Equatable, Sendable {
    /// The tier that decided.
    public let tier: String
    /// What the call costs.
    public let cost: Int64
    /// The no; nil when the call is allowed.
    public let denial: Denial?
    /// How long after now the call, when it is allowed, may begin: until its slot, in a leaky
    /// bucket, else nothing.
    public let delay: Timespan
    /// All limits of the tier, as they are after the call; none when it is unlimited or blocked.
    public let limits: [LimitFigures]

    /// An answer of these figures.
    public init(
        tier: String, cost: Int64, denial: Denial?, delay: Timespan = .zero,
        limits: [LimitFigures]
    ) {
        self.tier = tier
        self.cost = cost
        self.denial = denial
        self.delay = delay
        self.limits = limits
    }

    /// Whether the limits allow the call.
    public var isAllowed: Bool { denial == nil }

    /// The limit that is told of.
    public var tightest: LimitFigures? { limits.tightest }

    /// The same with another denial.
    func denied(_ denial: Denial) -> LimiterDecision {
        LimiterDecision(tier: tier, cost: cost, denial: denial, limits: limits)
    }
}

/// A no.
public struct Denial: Equatable, Sendable {
    /// Why.
    public let reason: DenialReason
    /// The shortest wait after which the same call would be allowed; nil when none is long enough.
    public let retryAfter: Timespan?

    /// A no for that reason.
    public init(_ reason: DenialReason, retryAfter: Timespan?) {
        self.reason = reason
        self.retryAfter = retryAfter
    }
}

/// Why a limiter says no.
public enum DenialReason: String, Sendable {
    case rateLimited = "rate_limited"
    case costExceedsLimit = "cost_exceeds_limit"
    case blocked
}

/// What is told of one limit of a key.
public struct LimitFigures: Equatable, Sendable {
    /// The limit.
    public let limit: Limit
    /// How much can be spent now.
    public let remaining: Int64
    /// How long until it is as if nothing had been spent.
    public let reset: Timespan
    /// How long until one more can be spent; nil when it is full.
    public let nextToken: Timespan?
}

extension [LimitFigures] {
    /// The limit that is told of: the one with the least remaining, then with the longest reset.
    public var tightest: LimitFigures? {
        self.min { left, right in
            left.remaining != right.remaining
                ? left.remaining < right.remaining : left.reset > right.reset
        }
    }
}

/// What is told of a key's account in one tier.
public struct AccountFigures: Equatable, Sendable {
    /// The tier.
    public let tier: String
    /// The figures of its limits, of which something was spent.
    public let limits: [LimitFigures]

    /// The limit that is told of.
    public var tightest: LimitFigures? { limits.tightest }
}
