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
