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
