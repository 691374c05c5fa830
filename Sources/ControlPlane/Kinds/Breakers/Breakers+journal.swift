import Resilience
import Store

/// What changes where a breaker stands: told in events, written with the state, and done in time.
extension Breakers {
    /// Hands what changed to the writer, with the state it describes, and arranges for what falls
    /// due next. Called with the state's lock held, so that changes are written in their order.
    ///
    /// - Returns: What tells when it is on disk; nil when nothing needs to be.
    func journal(
        _ transitions: [BreakerTransition], _ state: BreakerState, _ breaker: LiveBreaker,
        _ rules: SpecVersion<BreakerPolicy>, _ key: ExactString, by caller: Caller,
        reason: String? = nil, at now: Instant, isDurable: Bool
    ) -> Receipt? {
        guard isDurable || !transitions.isEmpty else { return nil }
        arrange(state, breaker, rules.spec, key)
        var change = Change(
            events: events(of: transitions, rules.entry, key, by: caller, reason: reason, at: now))
        change.states = [breaker.table.write(of: key, state)]
        let (health, told) = (context.health, change.events)
        return Receipt(change, context.store.writer) { health.keep(told) }
    }

    /// Does what has fallen due for a key, and arranges for what does next.
    func fallDue(_ breaker: LiveBreaker, _ key: ExactString) {
        breaker.applyIfPresent(key, by: context.clock) { state, rules, now in
            // What falls due while the breaker rests is done when it works again.
            guard rules.entry.mode != .disabled else { return }
            let transitions = state.advance(rules.spec, to: now)
            arrange(state, breaker, rules.spec, key)
            _ = journal(
                transitions, state, breaker, rules, key, by: .system, at: now, isDurable: false)
        }
        context.bell.ring(breaker.table.policyID, key)
    }

    /// Arranges for what falls due next.
    func arrange(
        _ state: BreakerState, _ breaker: LiveBreaker, _ spec: BreakerPolicy, _ key: ExactString
    ) {
        guard let due = state.nextDue(spec) else { return }
        context.timers.schedule(breaker.timer(key, .fallDue), at: due) {
            [weak self, weak breaker] _ in
            if let self, let breaker { self.fallDue(breaker, key) }
        }
    }

    /// The events that tell of transitions.
    func events(
        of transitions: [BreakerTransition], _ policy: PolicyEntry, _ key: ExactString,
        by caller: Caller, reason: String?, at now: Instant
    ) -> [EventDraft] {
        transitions.flatMap {
            events(of: $0, policy, key, by: caller, reason: reason, at: now)
        }
    }

    private func events(
        of transition: BreakerTransition, _ policy: PolicyEntry, _ key: ExactString,
        by caller: Caller, reason: String?, at now: Instant
    ) -> [EventDraft] {
        var data = transition.data
        // The history goes forward: what was overdue is told when it is found.
        if transition.at < now { data["effective_at"] = .string(transition.at.timestamp) }
        if policy.mode == .shadow { data["shadow"] = true }
        return transition.events.map { event in
            EventDraft(
                event.type, at: now, actor: caller.actor,
                traceID: caller.traceID, kind: policy.kind.singular, name: policy.name,
                key: key.text, policyVersion: policy.version,
                reason: reason ?? transition.reason.rawValue, data: data)
        }
    }
}
