/// A breaker's no.
public struct BreakerDenial: Equatable, Sendable {
    /// Why.
    public let reason: BreakerDenialReason
    /// The shortest wait after which a call would be allowed; nil when that cannot be told.
    public let retryAfter: Timespan?

    /// A no for that reason.
    public init(_ reason: BreakerDenialReason, retryAfter: Timespan?) {
        self.reason = reason
        self.retryAfter = retryAfter
    }
}
