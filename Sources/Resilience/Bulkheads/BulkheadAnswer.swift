/// A bulkhead's answer to the outcome of a call.
public struct BulkheadAnswer: Equatable, Sendable {
    /// Why it was not counted; nil when it was.
    public let reason: UncountedReason?
    /// The slots whose time was over before, in the order in which they ended.
    public let expired: [SlotLease]

    /// Whether it was counted.
    public var isCounted: Bool { reason == nil }
}
