/// What a call asks of a bulkhead.
public struct SlotRequest: Equatable, Sendable {
    /// What the slot is called if the call gets one; random, so that it is unique.
    public let id: UInt64
    /// Who asks; empty when nobody said.
    public let holder: String
    /// How long the slot is to be held at most; nil for as long as the policy has it.
    public let lease: Timespan?

    /// A request of these parts.
    public init(id: UInt64, holder: String = "", lease: Timespan? = nil) {
        self.id = id
        self.holder = holder
        self.lease = lease
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

/// Why a bulkhead says no.
public enum BulkheadDenialReason: String, Sendable {
    /// All slots are taken, and nobody may wait.
    case full
    /// All slots are taken, and as many calls wait as may.
    case queueFull = "queue_full"
    /// No slot became free while the call waited.
    case waitExpired = "wait_expired"
}

/// What the end of a call that was let in is told with.
public struct BulkheadPermit: Equatable, Sendable {
    /// The generation of the bulkhead when the call was let in.
    public let generation: Int64
    /// The slot that the call holds; nil when it was let in without one, by a policy that does not
    /// enforce its limit.
    public let slot: UInt64?
    /// From when on it is too late; the end of a slot that is held is known to the bulkhead.
    public let expiresAt: Instant

    /// A permit of these parts, as one was given before.
    public init(generation: Int64, slot: UInt64?, expiresAt: Instant) {
        self.generation = generation
        self.slot = slot
        self.expiresAt = expiresAt
    }
}

/// A bulkhead's answer to the outcome of a call.
public struct BulkheadAnswer: Equatable, Sendable {
    /// Why it was not counted; nil when it was.
    public let reason: UncountedReason?
    /// The slots whose time was over before, in the order in which they ended.
    public let expired: [SlotLease]

    /// Whether it was counted.
    public var isCounted: Bool { reason == nil }
}
