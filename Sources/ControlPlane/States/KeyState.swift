import Resilience

/// The state that a policy keeps for one key.
protocol KeyState: Snapshot, Equatable {
    /// The state of a key that has not been seen.
    init(at now: Instant)
}

extension LimiterState: KeyState {}
