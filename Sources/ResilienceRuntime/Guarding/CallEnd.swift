import Resilience

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
