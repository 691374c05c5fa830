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
