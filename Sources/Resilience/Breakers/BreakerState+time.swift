extension BreakerState {
    /// Does what has fallen due up to `now`, each as of the instant at which it did: a forced
    /// state whose time is over is released, an expired probe opens the breaker again or frees its
    /// place, and one that half-opens by itself does.
    ///
    /// Where the clock was set back, nothing is put off for longer than the policy has it. Where
    /// the policy has another window than the calls were counted in, the count starts empty.
    public mutating func advance(
        _ policy: BreakerPolicy, to now: Instant
    ) -> [BreakerTransition] {
        clamp(policy, to: now)
        var transitions: [BreakerTransition] = []
        if let until = forcedUntil, until <= now {
            transitions.append(move(to: .closed, .untilPassed, policy, at: until))
        }
        if let deadline = probes.first?.deadline, deadline <= now {
            transitions += expireProbes(since: deadline, policy, to: now)
        }
        if policy.automaticHalfOpen, let due = halfOpensAt(policy), due <= now {
            transitions.append(move(to: .halfOpen, .openDurationOver, policy, at: due))
        }
        if position == .closed {
            if !log.fits(policy.window) { log = CallLog(policy.window) }
            log.advance(to: now)
        }
        return transitions
    }

    /// When ``advance(_:to:)`` will next have something to do, if nothing else happens; as of the
    /// instant that time was advanced to last.
    public func nextDue(_ policy: BreakerPolicy) -> Instant? {
        let halfOpen = policy.automaticHalfOpen ? halfOpensAt(policy) : nil
        return [forcedUntil, probes.first?.deadline, halfOpen].compactMap(\.self).min()
    }

    /// When an open breaker half-opens; nil when it is not open.
    func halfOpensAt(_ policy: BreakerPolicy) -> Instant? {
        position == .open ? since + policy.openDuration(reopened: reopenings) : nil
    }

    /// Lets time pass for someone who asks or tells about the key.
    mutating func use(_ policy: BreakerPolicy, at now: Instant) -> [BreakerTransition] {
        usedAt = now
        return advance(policy, to: now)
    }

    /// A probe that is lost says nothing of the target: it is tried again as soon as before.
    private mutating func expireProbes(
        since first: Instant, _ policy: BreakerPolicy, to now: Instant
    ) -> [BreakerTransition] {
        guard policy.onProbeTimeout == .release else {
            return [move(to: .open, .probeExpired, policy, at: first)]
        }
        let expired = probes.prefix { $0.deadline <= now }.map(\.deadline)
        probes.removeFirst(expired.count)
        let figures = figures(policy, at: now)
        return Set(expired).sorted().map { deadline in
            BreakerTransition(
                from: position, to: position, reason: .probeExpired, at: deadline,
                generation: generation, figures: figures, openDuration: nil, forcedUntil: nil,
                policy: policy)
        }
    }

    mutating func reopen(
        _ reason: BreakerTransitionReason, _ policy: BreakerPolicy, at now: Instant
    ) -> BreakerTransition {
        reopenings += 1
        return move(to: .open, reason, policy, at: now)
    }

    /// The deadlines stay in order: each becomes the same as before, or the same as the others'.
    private mutating func clamp(_ policy: BreakerPolicy, to now: Instant) {
        since = min(since, now)
        usedAt = min(usedAt, now)
        let latest = now + policy.probeTimeout
        guard let last = probes.last, last.deadline > latest else { return }
        for index in probes.indices {
            probes[index].deadline = min(probes[index].deadline, latest)
        }
    }
}

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
            && (!log.fits(policy.window) || log.counts(at: now).total == 0)
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
