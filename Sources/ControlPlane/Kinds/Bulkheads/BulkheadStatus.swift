public import Resilience

/// All that is told of a key's bulkhead.
public struct BulkheadStatus: Sendable {
    /// Whose slots it is about.
    public let key: ExactString
    /// Who is in, and how many may be.
    public let view: BulkheadView
    /// How many calls wait for a slot.
    public let queued: Int64
    /// The policy.
    public let policy: PolicyEntry
}
