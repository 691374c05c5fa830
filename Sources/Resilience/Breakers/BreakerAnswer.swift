/// A breaker's answer to an outcome.
public struct BreakerAnswer: Equatable, Sendable {
    /// Why it was not counted; nil when it was.
    public let reason: UncountedReason?
    /// Where the breaker stands then.
    public let position: BreakerPosition
    /// What the outcome caused.
    public let transition: BreakerTransition?
    /// What had been overdue before, in order.
    public let overdue: [BreakerTransition]

    /// Whether it was counted.
    public var isCounted: Bool { reason == nil }
    /// All that became of the breaker, in order.
    public var transitions: [BreakerTransition] { overdue + (transition.map { [$0] } ?? []) }
}
