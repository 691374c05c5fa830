import Resilience

/// The state that a policy keeps for one key.
protocol KeyState: Snapshot {
    /// The state of a key that has not been seen.
    init(at now: Instant)

    /// Whether forgetting it changes no answer and loses no event.
    func isFresh(at now: Instant) -> Bool
}

extension LimiterState: KeyState {}
