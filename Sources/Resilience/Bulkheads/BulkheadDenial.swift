/// A bulkhead's no.
public struct BulkheadDenial: Equatable, Sendable {
    /// Why.
    public let reason: BulkheadDenialReason
    /// The time until so many slots are free by themselves that the call would get one, those
    /// ahead of it served; nil when that cannot be told.
    public let retryAfter: Timespan?

    /// A no for that reason.
    public init(_ reason: BulkheadDenialReason, retryAfter: Timespan?) {
        self.reason = reason
        self.retryAfter = retryAfter
    }
}
