extension BreakerState {
    /// Puts the breaker where someone wants it, in a new generation.
    public mutating func force(
        _ manual: ManualPosition, _ policy: BreakerPolicy, at now: Instant
    ) -> [BreakerTransition] {
        let overdue = advance(policy, to: now)
        reopenings = 0
        return overdue + [
            move(to: manual.position, .manual, policy, until: manual.until, at: now)
        ]
    }

    /// Hands the breaker back to its policy: closed, empty, in a new generation.
    public mutating func release(
        _ policy: BreakerPolicy, at now: Instant
    ) -> [BreakerTransition] {
        advance(policy, to: now) + [move(to: .closed, .released, policy, at: now)]
    }

    /// Sets the breaker back to the beginning, in a new generation.
    public mutating func reset(_ policy: BreakerPolicy, at now: Instant) -> [BreakerTransition] {
        let transitions = advance(policy, to: now) + [move(to: .closed, .reset, policy, at: now)]
        timesOpened = 0
        lastFailureAt = nil
        return transitions
    }
}
