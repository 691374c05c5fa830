import Resilience

/// Permits of breakers: how the outcome of an allowed call finds its way back, once.
extension Breakers: PartGiver {
    func end(of part: PermitPart) -> Instant? {
        guard let lease = part.lease else { return nil }
        return live.find(id: part.policyID)?.table.state(of: part.key)?.deadline(ofProbe: lease)
    }

    func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, by caller: Caller,
        mark: (() throws -> Bool)?
    ) async throws -> SettlementReply {
        guard let breaker = live.find(id: part.policyID) else {
            return SettlementReply(reason: .gone)
        }
        let isSettled = mark != nil && permits.isSettled(permit)
        if let refusal = refusal(of: part, permit, breaker, isSettled: isSettled) {
            return refusal
        }
        let permits = permits
        let reply = try await count(
            report, breaker, part.key, by: caller, isProbe: part.lease != nil
        ) { state, spec, now in
            if mark != nil, permits.isSettled(permit) {
                return state.refuse(.duplicate, spec, at: now)
            }
            let own = part.ofBreaker(in: state, permit)
            // Where it is marked already, or there is no room for the mark, nothing is changed.
            if state.takes(own, spec, at: now), try mark?() == false {
                return state.refuse(.duplicate, spec, at: now)
            }
            return state.settle(
                own, report.outcome, duration: report.duration, reporter: report.reporter, spec,
                at: now)
        }
        guard reply.reason != .disabled else {
            return try settleResting(part, of: permit, breaker, reply, mark)
        }
        // Also where nothing could be counted it is settled, once.
        guard reply.reason == .noRoom, try mark?() == false else { return reply }
        return SettlementReply(reason: .duplicate)
    }

    /// Settles a permit while its breaker is disabled: nothing is counted, but a probe's place is
    /// free again.
    private func settleResting(
        _ part: PermitPart, of permit: Permit, _ breaker: LiveBreaker, _ reply: SettlementReply,
        _ mark: (() throws -> Bool)?
    ) throws -> SettlementReply {
        let duplicate = SettlementReply(reason: .duplicate)
        if mark != nil, permits.isSettled(permit) { return duplicate }
        let isFirst = try breaker.applyIfPresent(part.key, by: context.clock) {
            state, _, now -> Bool in
            guard permit.expiresAt > now || part.lease != nil else { return true }
            guard try mark?() ?? true else { return false }
            state.freePlace(of: part.ofBreaker(in: state, permit))
            return true
        }
        context.bell.ring(part.policyID, part.key)
        // Of a breaker that was forgotten it is settled all the same.
        let isKnown = isFirst != nil || permit.expiresAt <= context.clock.now()
        let isSettled = try isKnown ? isFirst == false : mark?() == false
        return isSettled ? duplicate : reply
    }

    /// The answer to an outcome of a key that has no breaker any more, and is to have none for
    /// it; nil where it may count.
    private func refusal(
        of part: PermitPart, _ permit: Permit, _ breaker: LiveBreaker, isSettled: Bool
    ) -> SettlementReply? {
        let (now, rules) = (context.clock.now(), breaker.rules.now)
        let present = breaker.table.state(of: part.key)
        let isGone = present.map { breaker.isIdle(part.key, $0, rules.spec, at: now) } ?? true
        guard rules.entry.mode != .disabled, isGone else { return nil }
        var state = breaker.state(of: part.key, present, rules.spec, at: now)
        if isSettled { return SettlementReply(state.refuse(.duplicate, rules.spec, at: now)) }
        let own = part.ofBreaker(in: state, permit)
        guard !state.takes(own, rules.spec, at: now) else { return nil }
        return SettlementReply(state.settle(own, .ignored, rules.spec, at: now))
    }

    func renewal(
        of part: PermitPart, of permit: Permit, for span: Timespan?, by caller: Caller
    ) -> LeaseRenewal? {
        guard let breaker = live.find(id: part.policyID) else { return nil }
        func renew(
            _ state: inout BreakerState, _ rules: SpecVersion<BreakerPolicy>, at now: Instant
        ) -> (overdue: [BreakerTransition], end: Instant?) {
            // A breaker that rests is not changed otherwise.
            let isResting = rules.entry.mode == .disabled
            let overdue = isResting ? [] : state.advance(rules.spec, to: now)
            let end = state.renew(
                part.ofBreaker(in: state, permit), for: span ?? rules.spec.probeTimeout,
                rules.spec, at: now)
            return (overdue, end)
        }
        return LeaseRenewal(
            lock: breaker.table.lock(of: part.key),
            isHeld: { now in
                breaker.table.changeLocked(part.key) { slot in
                    var state = slot.state
                    return renew(&state, breaker.rules.now, at: now).end != nil
                } ?? false
            },
            renew: { now in
                let renewed = breaker.table.changeLocked(part.key) { slot in
                    let rules = breaker.rules.now
                    let (overdue, end) = renew(&slot.state, rules, at: now)
                    let receipt = self.journal(
                        overdue, slot.state, breaker, rules, part.key, by: caller, at: now,
                        isDurable: true)
                    return (end ?? now, receipt)
                }
                breaker.table.markDirtyLocked(part.key)
                return renewed ?? (now, nil)
            },
            finish: { self.context.bell.ring(part.policyID, part.key) })
    }

    func giveBack(
        _ part: PermitPart, of permit: Permit, by caller: Caller, mark: (() throws -> Bool)?
    ) async throws {
        guard let breaker = live.find(id: part.policyID) else { return }
        let told = try breaker.applyIfPresent(part.key, by: context.clock) {
            state, rules, now -> Receipt? in
            guard permit.expiresAt > now || part.lease != nil, try mark?() ?? true else {
                return nil
            }
            let own = part.ofBreaker(in: state, permit)
            guard rules.entry.mode != .disabled else {
                state.freePlace(of: own)
                return nil
            }
            let overdue = state.giveBack(own, rules.spec, at: now)
            return journal(
                overdue, state, breaker, rules, part.key, by: caller, at: now,
                isDurable: part.lease != nil)
        }
        // Of a breaker that was forgotten it is settled all the same.
        if told == nil, permit.expiresAt > context.clock.now() { _ = try mark?() }
        try await told??.wait()
        context.bell.ring(part.policyID, part.key)
    }

    /// The text of a new permit.
    func permit(_ permit: BreakerPermit, _ breaker: LiveBreaker, _ key: ExactString) -> String {
        permits.text(
            of: Permit(
                number: permits.nextNumber(lasting: permit.expiresAt - context.clock.now()),
                policyID: breaker.table.policyID,
                parts: [part(permit, breaker, key)], expiresAt: permit.expiresAt,
                reporter: permit.reporter))
    }

    /// What a permit says of a breaker.
    func part(_ permit: BreakerPermit, _ breaker: LiveBreaker, _ key: ExactString) -> PermitPart {
        PermitPart(
            policyID: breaker.table.policyID, key: key, generation: permit.generation,
            lease: permit.probe)
    }

    private var permits: Permits { context.permits }
}

extension PermitPart {
    /// What the breaker knows of it; a lease that was renewed ends later than the permit says.
    fileprivate func ofBreaker(in state: BreakerState, _ permit: Permit) -> BreakerPermit {
        let end = lease.flatMap { state.deadline(ofProbe: $0) } ?? leaseEnd ?? permit.expiresAt
        return BreakerPermit(
            generation: generation, probe: lease, expiresAt: end, reporter: permit.reporter)
    }
}
