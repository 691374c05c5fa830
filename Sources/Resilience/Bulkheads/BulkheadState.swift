/// One bulkhead of one key: who holds its slots, and how many there may be.
///
/// A slot is a lease, which ends by itself at its `expiresAt`: a caller that was lost, or a
/// release that never arrived, cannot keep it. Nobody is turned out: where the limit falls below
/// what is in use, slots that become free are not given out again until enough have. Who waits
/// for a slot is not in the state; whoever keeps the queue says how many are ahead.
///
/// Whatever falls due with time is done by ``advance(_:to:)``, which every other call does first.
public struct BulkheadState: Equatable, Sendable {
    /// The slots that are held, by their ends.
    public internal(set) var slots: [SlotLease] = []
    /// Grows by one with each reset.
    public internal(set) var generation: Int64 = 1
    /// The present run of denials.
    public var episode: DenialEpisode?
    /// What an adaptive limit has learned; nil as long as that is nothing.
    var adaptive: AdaptiveConcurrency?

    /// Up to when time has passed for the slots.
    var updatedAt: Instant

    /// The bulkhead of a key that has not been seen.
    public init(at now: Instant) { updatedAt = now }

    /// Decides on a call, and gives it a slot when there is one.
    ///
    /// - Parameters:
    ///   - queued: how many calls are ahead of this one; they are served first.
    ///   - reason: why the call is denied if it must be.
    /// - Complexity: O(n) in the slots that are held.
    public mutating func acquire(
        _ policy: BulkheadPolicy, _ request: SlotRequest, behind queued: Int64 = 0,
        orDeny reason: BulkheadDenialReason = .full, at now: Instant
    ) -> BulkheadDecision {
        let expired = advance(policy, to: now)
        let denial = denial(policy, behind: queued, reason, at: now)
        var slot: SlotLease?
        if denial == nil {
            let span = min(request.lease ?? policy.lease, policy.lease)
            let lease = SlotLease(
                id: request.id, holder: request.holder, grantedAt: now, expiresAt: now + span,
                span: span)
            insert(lease)
            slot = lease
        }
        return BulkheadDecision(
            denial: denial, slot: slot, inUse: Int64(slots.count), limit: limit(policy),
            generation: generation, expired: expired)
    }

    /// The no that a call gets behind so many others; nil when there is a slot for it.
    func denial(
        _ policy: BulkheadPolicy, behind queued: Int64, _ reason: BulkheadDenialReason,
        at now: Instant
    ) -> BulkheadDenial? {
        let missing = queued.addingClamped(Int64(slots.count) + 1 - limit(policy))
        guard missing > 0 else { return nil }
        let retryAfter = missing <= slots.count ? slots[Int(missing) - 1].expiresAt - now : nil
        return BulkheadDenial(reason, retryAfter: retryAfter)
    }

    /// How many slots there may be at present.
    public func limit(_ policy: BulkheadPolicy) -> Int64 {
        adaptive?.limit ?? policy.maximumConcurrent
    }

    /// Holds a slot; those that end at the same instant stay in the order in which they came.
    mutating func insert(_ slot: SlotLease) {
        var (low, high) = (0, slots.count)
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].expiresAt <= slot.expiresAt { low = middle + 1 } else { high = middle }
        }
        slots.insert(slot, at: low)
    }
}

/// A slot that is held: it is settled before its end, or is free again by then.
public struct SlotLease: Equatable, Sendable {
    /// Which slot it is.
    public let id: UInt64
    /// Who holds it; empty when nobody said.
    public let holder: String
    /// Since when it is held.
    public internal(set) var grantedAt: Instant
    /// When it is free again, unless it is renewed.
    public internal(set) var expiresAt: Instant
    /// How long it was to last when it was granted or renewed last.
    var span: Timespan
}

extension BulkheadState {
    /// Frees the slots whose time is over, and tells which they were, in the order of their ends.
    ///
    /// Where the clock was set back, no slot is held for longer from now than it was granted for.
    /// A limit that was learned is forgotten after ``Bounds/learnedLimitLifetime`` without a call.
    /// The limit follows a policy that was changed: it starts anew with another algorithm, and
    /// keeps within bounds that moved.
    public mutating func advance(_ policy: BulkheadPolicy, to now: Instant) -> [SlotLease] {
        if hasForgotten(at: now) { adaptive = nil }
        clamp(policy, to: now)
        fitLimit(policy)
        let count = slots.firstIndex { $0.expiresAt > now } ?? slots.count
        guard count > 0 else { return [] }
        defer { slots.removeFirst(count) }
        return Array(slots.prefix(count))
    }

    /// When ``advance(_:to:)`` will next have something to do, if nothing else happens.
    public var nextDue: Instant? { slots.first?.expiresAt }

    /// Whether what was learned is too old to be of use.
    func hasForgotten(at now: Instant) -> Bool {
        slots.isEmpty && now - updatedAt >= Bounds.learnedLimitLifetime
    }

    private mutating func clamp(_ policy: BulkheadPolicy, to now: Instant) {
        defer { updatedAt = now }
        guard let last = slots.last?.expiresAt, now < updatedAt || last > now + policy.lease else {
            return
        }
        for index in slots.indices {
            let latest = now + min(slots[index].span, policy.lease)
            slots[index].grantedAt = min(slots[index].grantedAt, now)
            slots[index].expiresAt = min(slots[index].expiresAt, latest)
        }
        // Those that now end at once stay in the order that they had.
        slots = slots.enumerated()
            .sorted { ($0.element.expiresAt, $0.offset) < ($1.element.expiresAt, $1.offset) }
            .map(\.element)
    }

    private mutating func fitLimit(_ policy: BulkheadPolicy) {
        guard let spec = policy.adaptive, adaptive?.algorithm == spec.algorithm else {
            adaptive = nil
            return
        }
        adaptive?.fit(spec)
    }
}
