import Resilience

/// A call that waits for its turn with one key.
struct WaitingCall<Request: Sendable, Answer: Sendable>: LineMember {
    /// Which call it is.
    let id: UInt64
    /// Who waits.
    let caller: Caller
    /// What it asks.
    let request: Request
    /// Since when it waits.
    let since: Instant
    /// Until when it waits.
    let deadline: Instant
    /// Ends its waiting with an answer.
    let resume: @Sendable (Result<Answer, any Error>) -> Void
}
