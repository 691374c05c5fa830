public import Resilience

/// A call that asks a bulkhead.
public struct BulkheadRequest: Sendable {
    /// Whose slots it is about.
    public var key: ExactString
    /// How long it would wait for a slot; nil for as long as the policy lets it.
    public var wait: Timespan?
    /// How long its slot is to be held at most; nil for as long as the policy has it.
    public var lease: Timespan?
    /// Who asks; empty when nobody said.
    public var holder: String
    /// What its slot is known by: a number that no other has.
    let id = UInt64.random(in: .min ... .max)

    /// A call about that key.
    public init(
        key: ExactString = "", wait: Timespan? = nil, lease: Timespan? = nil, holder: String = ""
    ) {
        self.key = key
        self.wait = wait
        self.lease = lease
        self.holder = holder
    }
}
