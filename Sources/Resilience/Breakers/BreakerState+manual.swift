extension BreakerState {
    /// Puts the breaker where someone wants it, in a new generation.
    public mutating func force(
        _ manual: ManualPosition, _ policy: BreakerPolicy, at now: Instant
    ) -> [BreakerTransition] {
        let overdue = use(policy, at: now)
        reopenings = 0
        return overdue + [
            move(to: manual.position, .manual, policy, until: manual.until, at: now)
        ]
    }

    /// Hands the breaker back to its policy: closed, empty, in a new generation.
    public mutating func release(
        _ policy: BreakerPolicy, at now: Instant
    ) -> [BreakerTransition] {
        use(policy, at: now) + [move(to: .closed, .released, policy, at: now)]
    }

    /// Sets the breaker back to the beginning, in a new generation.
    public mutating func reset(_ policy: BreakerPolicy, at now: Instant) -> [BreakerTransition] {
        let transitions = use(policy, at: now) + [move(to: .closed, .reset, policy, at: now)]
        timesOpened = 0
        lastFailureAt = nil
        return transitions
    }
}
