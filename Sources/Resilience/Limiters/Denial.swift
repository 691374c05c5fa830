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
