/// What is told of a key's account in one tier.
public struct AccountFigures: Equatable, Sendable {
    /// The tier.
    public let tier: String
    /// The figures of its limits, of which something was spent.
    public let limits: [LimitFigures]

    /// The limit that is told of.
    public var tightest: LimitFigures? { limits.tightest }
}
