public import Resilience
import Store

/// What operators do to breakers.
extension Breakers {
    /// Puts a key's breaker where someone wants it.
    ///
    /// - Throws: `overloaded` when the key has no state and there is no room for one.
    public func force(
        _ name: String, _ key: ExactString, _ position: ManualPosition, reason: String?,
        by caller: Caller
    ) async throws -> BreakerView {
        if let until = position.until, until <= context.clock.now() {
            throw PlaneError.invalid(
                JSONPointer.root.appending("until_at"), "must be in the future")
        }
        return try await change(name, key, mustHaveRoom: true, reason: reason, by: caller) {
            $0.force(position, $1, at: $2)
        }
    }

    /// Hands a key's breaker back to its policy.
    public func release(
        _ name: String, _ key: ExactString, by caller: Caller
    ) async throws -> BreakerView {
        try await change(name, key, mustHaveRoom: false, reason: caller.reason, by: caller) {
            $0.release($1, at: $2)
        }
    }

    /// Sets breakers back to the beginning: one, or all that are not as new where none is given.
    ///
    /// - Returns: How many they were; one that has no state is not counted.
    public func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await context.operating.withLock {
            let breaker = try live.find(name)
            var rest = (key.map { [$0] } ?? used(breaker))[...]
            var count = 0
            // Also where one of them could not be stored, others may have been.
            defer { context.bell.ring(breaker.table.policyID) }
            // Each is a change of its own, since a calling program may come between; the writer
            // commits many of them at once, as many as it has room for.
            while !rest.isEmpty {
                let portion = rest.prefix(PlaneLimits.checkpointBatch)
                    .filter { breaker.table.state(of: $0) != nil }
                let receipts = portion.compactMap { key in
                    change(breaker, key, reason: reason, by: caller) { $0.reset($1, at: $2) }
                }
                rest = rest.dropFirst(PlaneLimits.checkpointBatch)
                count += receipts.count
                try await Receipt.wait(receipts)
            }
            return count
        }
    }

    /// The keys whose breakers are not as new.
    private func used(_ breaker: LiveBreaker) -> [ExactString] {
        let now = context.clock.now()
        return breaker.table.allKeys.filter { key in
            breaker.table.state(of: key).map { !breaker.isFresh(key, $0, at: now) } ?? false
        }
    }

    /// Changes a key's breaker for an operator. Where the key has no state and can have none,
    /// there is nothing to be changed, unless it must have room.
    private func change(
        _ name: String, _ key: ExactString, mustHaveRoom: Bool, reason: String?,
        by caller: Caller,
        _ body: @escaping Operation
    ) async throws -> BreakerView {
        try await context.operating.withLock {
            let breaker = try live.find(name)
            let now = context.clock.now()
            let receipt = change(breaker, key, reason: reason, by: caller, body)
            if mustHaveRoom, receipt == nil { throw breaker.table.full }
            try await receipt?.wait()
            context.bell.ring(breaker.table.policyID, key)
            return view(breaker, key, at: now)
        }
    }

    /// What is done to a breaker.
    private typealias Operation =
        @Sendable (inout BreakerState, BreakerPolicy, Instant)
        -> [BreakerTransition]

    /// Has a key's breaker changed once that is on disk.
    ///
    /// - Returns: What tells when it is; nil when the key has no state and there is no room for
    ///   one.
    private func change(
        _ breaker: LiveBreaker, _ key: ExactString, reason: String?, by caller: Caller,
        _ body: @escaping Operation
    ) -> Receipt? {
        breaker.table.applyIfRoom(key, by: context.clock) { slot, now in
            let rules = breaker.rules.now
            doOverdue(breaker, rules, key, &slot.state, at: now)
            let before = slot.state
            var after = before
            _ = breaker.beginAnew(key, &after, rules.spec, at: now)
            var transitions = body(&after, rules.spec, now)
            // While it is disabled only what the operator does is told, not what was overdue.
            if rules.entry.mode == .disabled { transitions = transitions.suffix(1) }
            let change = Change(
                events: events(
                    of: transitions, rules.entry, key, by: caller, reason: reason, at: now))
            return breaker.table.reset(key, to: after, by: change, with: context.store.writer) {
                [weak self, weak breaker, after] slot in
                guard let self, let breaker else { return }
                if slot.state == before {
                    slot.state = after
                } else {
                    self.repeatChange(
                        breaker, key, &slot.state, since: before, reason: reason, by: caller, body)
                }
                self.arrange(slot.state, breaker, breaker.rules.now.spec, key)
            }
        }
    }

    /// Does what has fallen due before an operator's change, which may be refused.
    private func doOverdue(
        _ breaker: LiveBreaker, _ rules: SpecVersion<BreakerPolicy>, _ key: ExactString,
        _ state: inout BreakerState, at now: Instant
    ) {
        guard rules.entry.mode != .disabled,
            !breaker.isIdle(key, state, rules.spec, at: now)
        else { return }
        let overdue = state.advance(rules.spec, to: now)
        _ = journal(
            overdue, state, breaker, rules, key, by: .system, at: now, isDurable: false)
    }

    /// Does to a state that calls have changed meanwhile what is on disk of the one before, and
    /// writes it anew, so that no generation that was told since is told again after a crash.
    private func repeatChange(
        _ breaker: LiveBreaker, _ key: ExactString, _ state: inout BreakerState,
        since before: BreakerState, reason: String?, by caller: Caller, _ body: Operation
    ) {
        let (rules, now) = (breaker.rules.now, context.clock.now())
        let isMoved = state.generation != before.generation
        _ = breaker.beginAnew(key, &state, rules.spec, at: now)
        let transitions = body(&state, rules.spec, now)
        // What calls have moved is told to be moved back; else the change has been told.
        _ = journal(
            isMoved ? transitions : [], state, breaker, rules, key, by: caller, reason: reason,
            at: now, isDurable: true)
    }
}
