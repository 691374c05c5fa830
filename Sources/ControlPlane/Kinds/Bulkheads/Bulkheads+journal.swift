import Resilience
import Store

/// What changes who holds the slots: told in events, written with the state, and done in time.
extension Bulkheads {
    /// Hands what ended by itself to the writer, with the state it left, and what must be on disk
    /// before an answer; and arranges for what falls due next. Called with the lock of the state
    /// held, so that changes are written in their order.
    ///
    /// - Parameters:
    ///   - granted: the slot that is granted with it; where that cannot be stored, it is free
    ///     again.
    ///   - isFreed: whether slots are freed with it, or made to last.
    /// - Returns: What tells when it is on disk; nil when nobody needs to wait for that.
    func journal(
        _ expired: [SlotLease], _ state: BulkheadState, _ bulkhead: LiveBulkhead,
        _ rules: SpecVersion<BulkheadPolicy>, _ key: ExactString,
        granting granted: SlotLease? = nil, isFreed: Bool = false, at now: Instant
    ) -> Receipt? {
        arrange(state, bulkhead, key)
        if !expired.isEmpty { bulkhead.tally.add((.expired, Int64(expired.count)), at: now) }
        let isStrict = rules.spec.durability == .strict
        let isDurable = isStrict && (granted != nil || isFreed)
        guard isDurable || !expired.isEmpty else { return nil }
        var change = Change(events: expired.map { event(of: $0, rules.entry, key, at: now) })
        change.states = [bulkhead.table.write(of: key, state)]
        let (health, events, generation) = (context.health, change.events, state.generation)
        let receipt = Receipt(change, context.store.writer) { [weak self, weak bulkhead] in
            health.keep(events)
            guard isStrict, let granted, let self, let bulkhead else { return }
            self.takeBack(granted, generation, bulkhead, key)
        }
        return isDurable ? receipt : nil
    }

    /// Does what has fallen due for a key, and arranges for what does next.
    func fallDue(_ bulkhead: LiveBulkhead, _ key: ExactString) {
        _ = bulkhead.table.applyIfPresent(key, isChange: { $0 > 0 }) { slot in
            let (rules, now) = (bulkhead.rules.now, context.clock.now())
            let expired = slot.state.advance(rules.spec, to: now)
            _ = journal(expired, slot.state, bulkhead, rules, key, at: now)
            return expired.count
        }
        pump(bulkhead, key)
    }

    private func arrange(_ state: BulkheadState, _ bulkhead: LiveBulkhead, _ key: ExactString) {
        guard let due = state.nextDue else { return }
        // One that fires too early, since slots were settled, just looks again.
        context.timers.schedule(bulkhead.timer(key, .fallDue), at: due, keepingEarlier: true) {
            [weak self, weak bulkhead] _ in
            if let self, let bulkhead { self.fallDue(bulkhead, key) }
        }
    }

    /// Frees a slot that could not be stored, and so was not granted.
    private func takeBack(
        _ granted: SlotLease, _ generation: Int64, _ bulkhead: LiveBulkhead, _ key: ExactString
    ) {
        _ = bulkhead.table.applyIfPresent(key, isChange: { _ in true }) { slot in
            let (rules, now) = (bulkhead.rules.now, context.clock.now())
            let permit = BulkheadPermit(
                generation: generation, slot: granted.id, expiresAt: granted.expiresAt)
            let expired = slot.state.giveBack(permit, rules.spec, at: now)
            _ = journal(expired, slot.state, bulkhead, rules, key, at: now)
        }
        pump(bulkhead, key)
    }

    private func event(
        of slot: SlotLease, _ policy: PolicyEntry, _ key: ExactString, at now: Instant
    ) -> EventDraft {
        var data: JSONObject = [
            "holder": .string(slot.holder), "granted_at": .string(slot.grantedAt.timestamp),
            "expires_at": .string(slot.expiresAt.timestamp),
        ]
        if policy.mode == .shadow { data["shadow"] = true }
        return event(BulkheadEvent.leaseExpired.type, policy, key, by: .system, data, at: now)
    }
}
