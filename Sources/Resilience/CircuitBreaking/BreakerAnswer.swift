/// Why an outcome was not counted.
public enum UncountedReason: String, Sendable {
    /// The breaker was not closed when a call without a probe reported.
    case notClosed = "not_closed"
    /// The outcome itself says so.
    case ignored
    /// The probe had been settled or given back.
    case duplicate
    /// The breaker has changed since the call was allowed.
    case staleGeneration = "stale_generation"
    /// The permit's time was over.
    case expired
}

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
