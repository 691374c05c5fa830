import Resilience

/// A call that a guard is asked about.
struct GuardedCall: Sendable {
    /// The key of each part, in their order.
    let keys: [ExactString]
    /// What it costs with every limiter.
    let cost: Int64
}

/// What a call has come to: after an attempt, or for good.
enum CallEnd<Value: Sendable>: Sendable {
    /// It was made.
    case value(Value)
    /// It was not made.
    case denied(Denied)
    /// It failed.
    case failed(any Error, CallFailure)
    /// The caller was cancelled.
    case cancelled(any Error)
}
