/// A breaker's answer to one call.
public struct BreakerDecision: Equatable, Sendable {
    /// The no; nil when the call is allowed.
    public let denial: BreakerDenial?
    /// Where the breaker stands after the call.
    public let position: BreakerPosition
    /// What the outcome is settled with. A denied call has one too, for breakers in shadow mode,
    /// which let it through; its outcome is not counted.
    public let permit: BreakerPermit
    /// What became of the breaker, in order: what was overdue, then what the call caused.
    public let transitions: [BreakerTransition]

    /// Whether the breaker lets the call through.
    public var isAllowed: Bool { denial == nil }
    /// The generation after the call.
    public var generation: Int64 { permit.generation }
}
