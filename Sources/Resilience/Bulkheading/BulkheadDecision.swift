/// Why a bulkhead says no.
public enum BulkheadDenialReason: String, Sendable {
    /// All slots are taken, and nobody may wait.
    case full
    /// All slots are taken, and as many calls wait as may.
    case queueFull = "queue_full"
    /// No slot became free while the call waited.
    case waitExpired = "wait_expired"
}

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

/// A bulkhead's answer to one call.
public struct BulkheadDecision: Equatable, Sendable {
    /// The no; nil when the call is let in.
    public let denial: BulkheadDenial?
    /// The slot that the call got.
    public let slot: SlotLease?
    /// How many slots are held then.
    public let inUse: Int64
    /// How many may be.
    public let limit: Int64
    /// The generation of the state.
    public let generation: Int64
    /// The slots whose time was over before, in the order in which they ended.
    public let expired: [SlotLease]

    /// Whether the bulkhead lets the call in.
    public var isAllowed: Bool { denial == nil }

    /// What the end of the call is told with; nil for a call that got no slot.
    public var permit: BulkheadPermit? {
        slot.map { slot in
            BulkheadPermit(generation: generation, slot: slot.id, expiresAt: slot.expiresAt)
        }
    }
}
