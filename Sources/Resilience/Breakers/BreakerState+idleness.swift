extension BreakerPolicy {
    /// How long nobody asks or tells about a key until it is forgotten: as long as the policy says,
    /// and not while a call may be under way, or while its window remembers one.
    public var idleSpan: Timespan {
        max(keyIdle, window.duration ?? .zero, probeTimeout, Bounds.permitLifetime)
    }
}

extension BreakerState {
    /// Whether the breaker is one that nobody needs: nobody has asked or told about the key for
    /// ``BreakerPolicy/idleSpan``, it is not held by hand, its open duration is over, no probe is
    /// out, and nothing falls due. O(1).
    ///
    /// Whoever finds a breaker so has forgotten it: its next generation is one of a new state.
    public func isIdle(_ policy: BreakerPolicy, at now: Instant) -> Bool {
        guard usedAt + policy.idleSpan <= now, probes.isEmpty else { return false }
        return switch position {
        case .closed, .halfOpen: true
        case .open: !policy.automaticHalfOpen && effectivePosition(policy, at: now) == .halfOpen
        case .forcedOpen, .forcedClosed: false
        }
    }

    /// Whether nothing was counted since it began that is still told of it: but for its generation
    /// it equals a new one. O(1).
    public func isFresh(_ policy: BreakerPolicy, at now: Instant) -> Bool {
        position == .closed && generation == firstGeneration && lastFailureAt == nil
            && timesOpened == 0 && ignored == 0 && denied == 0
            && (!log.fits(policy.window) || log.tally(at: now).total == 0)
    }

    /// Whether it can be dropped without changing what is answered: it is idle; or it equals the
    /// one that would begin after the generations that were `forgotten`, and no call that was
    /// allowed is under way. O(1).
    public func isForgettable(
        _ policy: BreakerPolicy, after forgotten: Int64, at now: Instant
    ) -> Bool {
        isIdle(policy, at: now)
            || firstGeneration - 1 == forgotten && usedAt + Bounds.permitLifetime <= now
                && isFresh(policy, at: now)
    }

    /// When it is worth asking again whether it can be dropped, if nobody uses it until then.
    public func forgettableAt(_ policy: BreakerPolicy) -> Instant {
        let canFade =
            position == .closed && generation == firstGeneration && lastFailureAt == nil
            && ignored == 0 && (policy.window.type == .time || log.isEmpty)
        let fading = max(Bounds.permitLifetime, policy.window.duration ?? .zero)
        return usedAt + (canFade ? fading : policy.idleSpan)
    }
}
