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
