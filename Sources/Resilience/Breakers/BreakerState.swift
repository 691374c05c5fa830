/// Where a breaker stands.
public enum BreakerPosition: String, CaseIterable, Sendable {
    /// Calls go through and are counted.
    case closed
    /// Calls are denied until the open duration is over.
    case open
    /// A few probes go through.
    case halfOpen = "half_open"
    /// Calls are denied because someone wants it so.
    case forcedOpen = "forced_open"
    /// Calls go through, and nothing is counted, because someone wants it so.
    case forcedClosed = "forced_closed"
}

/// One breaker of one key: where it stands, and what it has seen.
///
/// While it is closed every outcome is counted in a window, which may open it. Ceasing to be
/// closed freezes the figures of the window, which are shown until it closes; closing starts
/// empty. Half-open, a call that is let through is a probe: a lease with a deadline, so that one
/// that is never settled cannot keep the breaker where it is. The `generation` grows with every
/// change, and an outcome of an earlier one counts nothing.
///
/// Whatever falls due with time is done by ``advance(_:to:)``, which every other call does first.
public struct BreakerState: Equatable, Sendable {
    /// Where it stood when time was advanced last.
    public internal(set) var position = BreakerPosition.closed
    /// Grows by one with each transition, reset and manual change.
    public internal(set) var generation: Int64
    /// The generation that it began with.
    public internal(set) var firstGeneration: Int64
    /// Since when it stands there.
    public internal(set) var since: Instant
    /// When somebody last asked or told about the key.
    public internal(set) var usedAt: Instant
    /// How often it has opened.
    public internal(set) var timesOpened: Int64 = 0
    /// When a call last failed.
    public internal(set) var lastFailureAt: Instant?
    /// Until when it is forced; nil when it is not, or for good.
    public internal(set) var forcedUntil: Instant?
    /// The probes that are out, by their deadlines.
    public internal(set) var probes: [ProbeLease] = []
    /// The probes that succeeded since it half-opened.
    public internal(set) var probeSuccesses: Int64 = 0
    /// What it has counted since it closed.
    var log = CallLog()
    /// What it had counted when it ceased to be closed; nil while it is.
    var frozen: FrozenFigures?
    /// Outcomes that were neither success nor failure, since it closed.
    var ignored: Int64 = 0
    /// Calls that were denied, since it closed.
    var denied: Int64 = 0
    /// How often a probe has opened it again, since it closed.
    var reopenings: Int64 = 0

    /// What a window held, and the failures in a row.
    struct FrozenFigures: Equatable, Sendable {
        var counts: CallCounts
        var consecutiveFailures: Int64
    }

    /// The breaker of a key that was never seen.
    public init(at now: Instant) { self.init(at: now, after: 0) }

    /// The breaker of a key that has no state.
    ///
    /// - Parameter forgotten: the highest generation of a breaker that was forgotten: the first
    ///   one is above it, so that no permit of an earlier one is taken for its own.
    public init(at now: Instant, after forgotten: Int64) {
        (since, usedAt) = (now, now)
        firstGeneration = min(max(0, forgotten), CallCounts.most - 1) + 1
        generation = firstGeneration
    }

    /// Decides on a call.
    ///
    /// - Parameters:
    ///   - reporter: who asks.
    ///   - id: what the probe is called if the call becomes one; random, so that it is unique.
    /// - Complexity: O(1), in half-open O(n) in the probes that are out.
    public mutating func acquire(
        _ policy: BreakerPolicy, reporter: String? = nil, probe id: UInt64, at now: Instant
    ) -> BreakerDecision {
        var transitions = use(policy, at: now)
        if let due = halfOpensAt(policy), due <= now {
            transitions.append(move(to: .halfOpen, .openDurationOver, policy, at: now, since: due))
        }
        let denial = denial(policy, at: now)
        var probe: UInt64?
        if denial != nil {
            denied = CallCounts.sum(denied, 1)
        } else if position == .halfOpen {
            probes.append(ProbeLease(id: id, deadline: now + policy.probeTimeout))
            probe = id
        }
        let life = probe == nil ? Bounds.permitLifetime : policy.probeTimeout
        let permit = BreakerPermit(
            generation: generation, probe: probe, expiresAt: now + life, reporter: reporter)
        return BreakerDecision(
            denial: denial, position: position, permit: permit, transitions: transitions)
    }

    /// The no that a call gets where the breaker stands; nil when it is let through.
    func denial(_ policy: BreakerPolicy, at now: Instant) -> BreakerDenial? {
        switch position {
        case .closed, .forcedClosed: nil
        case .open: BreakerDenial(.open, retryAfter: halfOpensAt(policy).map { $0 - now })
        case .forcedOpen: BreakerDenial(.forcedOpen, retryAfter: forcedUntil.map { $0 - now })
        case .halfOpen:
            probes.count < min(policy.halfOpenPermits, Int64(Bounds.probes))
                ? nil : BreakerDenial(.probesInFlight, retryAfter: untilProbe(at: now))
        }
    }

    /// How long to wait while all probes are out: until the first has to be settled. Most are
    /// settled long before, so that it is worth asking again soon.
    private func untilProbe(at now: Instant) -> Timespan? {
        (probes.first?.deadline).map { min($0 - now, .seconds(1)) }
    }

    /// Puts the breaker somewhere else; the figures told are those of before.
    mutating func move(
        to position: BreakerPosition, _ reason: BreakerTransitionReason, _ policy: BreakerPolicy,
        until: Instant? = nil, at now: Instant, since: Instant? = nil
    ) -> BreakerTransition {
        let (from, figures) = (self.position, figures(policy, at: now))
        if position == .closed {
            frozen = nil
            (ignored, denied, reopenings) = (0, 0, 0)
        } else if from == .closed {
            frozen = FrozenFigures(
                counts: log.counts(at: now), consecutiveFailures: log.consecutiveFailures)
        }
        log = CallLog(policy.window)
        (probes, probeSuccesses, forcedUntil) = ([], 0, until)
        (self.position, self.since) = (position, since ?? now)
        generation += 1
        if position == .open { timesOpened += 1 }
        return BreakerTransition(
            from: from, to: position, reason: reason, at: now, generation: generation,
            figures: figures,
            openDuration: position == .open ? policy.openDuration(reopened: reopenings) : nil,
            forcedUntil: until, policy: policy)
    }

    /// What it judges by, or what it was judged by when it ceased to be closed.
    func figures(_ policy: BreakerPolicy, at now: Instant) -> BreakerFigures {
        BreakerFigures(
            frozen?.counts ?? log.counts(at: now),
            row: frozen?.consecutiveFailures ?? log.consecutiveFailures,
            ignored: ignored, denied: denied, policy)
    }
}

/// A probe that is out: it is settled by its deadline, or expires then.
public struct ProbeLease: Equatable, Sendable {
    /// Which probe it is.
    public let id: UInt64
    /// Up to when it can be settled.
    public internal(set) var deadline: Instant
}
