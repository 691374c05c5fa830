import Resilience

/// A call that a guard is asked about.
struct GuardedCall: Sendable {
    /// The key of each part, in their order.
    let keys: [ExactString]
    /// What it costs with every limiter.
    let cost: Int64
}
