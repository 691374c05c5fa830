import Resilience

/// A call that waits for its turn with one key.
struct Waiter: Sendable {
    /// Which call it is.
    let id: UInt64
    /// Who waits.
    let caller: Caller
    /// What it costs.
    let cost: Int64
    /// The tier that it asked for.
    let tier: String?
    /// Since when it waits.
    let since: Instant
    /// Until when it waits.
    let deadline: Instant
    /// Ends its waiting with an answer.
    let resume: @Sendable (Result<LimiterAnswer, any Error>) -> Void
}
