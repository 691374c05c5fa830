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
