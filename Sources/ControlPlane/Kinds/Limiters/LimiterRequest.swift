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
