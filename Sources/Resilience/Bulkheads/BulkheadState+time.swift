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
