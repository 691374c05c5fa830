/// What someone may put a breaker into.
public enum ManualPosition: Equatable, Sendable {
    /// Closed and empty; automatic from there.
    case closed
    /// Open as of now; automatic from there.
    case open
    /// Open until that instant, or until it is released.
    case forcedOpen(until: Instant?)
    /// Closed until that instant, or until it is released.
    case forcedClosed(until: Instant?)

    /// Where the breaker stands then.
    public var position: BreakerPosition {
        switch self {
        case .closed: .closed
        case .open: .open
        case .forcedOpen: .forcedOpen
        case .forcedClosed: .forcedClosed
        }
    }

    /// Until when it is held there; nil when for good, or not at all.
    public var until: Instant? {
        switch self {
        case .closed, .open: nil
        case .forcedOpen(let until), .forcedClosed(let until): until
        }
    }
}

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
