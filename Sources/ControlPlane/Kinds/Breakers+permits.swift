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
            return SettlementReply(reason: "gone")
        }
        let permits = permits
        return try await count(
            report, breaker, part.key, by: caller, isProbe: part.lease != nil
        ) { state, spec, now in
            if mark != nil, permits.isSettled(permit) {
                return state.refuse(.duplicate, spec, at: now)
            }
            // Where it is marked already, or there is no room for the mark, nothing is changed.
            var settled = state
            let answer = settled.settle(
                part.ofBreaker(in: state, permit), report.outcome, duration: report.duration,
                reporter: report.reporter, spec, at: now)
            if answer.isCounted || answer.reason == .ignored, try mark?() == false {
                return state.refuse(.duplicate, spec, at: now)
            }
            state = settled
            return answer
        }
    }

    func renewal(
        of part: PermitPart, of permit: Permit, for span: Timespan?, by caller: Caller
    ) -> LeaseRenewal? {
        guard let breaker = live.find(id: part.policyID) else { return nil }
        let rules = breaker.rules.now
        func renew(_ state: inout BreakerState, at now: Instant) -> Instant? {
            state.renew(
                part.ofBreaker(in: state, permit), for: span ?? rules.spec.probeTimeout,
                rules.spec, at: now)
        }
        return LeaseRenewal(
            lock: breaker.table.lock(of: part.key),
            isHeld: { now in
                breaker.table.changeLocked(part.key) { slot in
                    var state = slot.state
                    _ = state.advance(rules.spec, to: now)
                    return renew(&state, at: now) != nil
                } ?? false
            },
            renew: { now in
                let renewed = breaker.table.changeLocked(part.key) { slot in
                    let overdue = slot.state.advance(rules.spec, to: now)
                    let end = renew(&slot.state, at: now)
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
        let rules = breaker.rules.now
        let receipt = try breaker.table.apply(part.key, by: context.clock) {
            slot, now -> Receipt? in
            guard permit.expiresAt > now || part.lease != nil, try mark?() ?? true else {
                return nil
            }
            let overdue = slot.state.giveBack(
                part.ofBreaker(in: slot.state, permit), rules.spec, at: now)
            return journal(
                overdue, slot.state, breaker, rules, part.key, by: caller, at: now,
                isDurable: part.lease != nil)
        }
        try await receipt?.wait()
        context.bell.ring(part.policyID, part.key)
    }

    /// The text of a new permit.
    func permit(_ permit: BreakerPermit, _ breaker: LiveBreaker, _ key: ExactString) -> String {
        permits.text(
            of: Permit(
                number: permits.nextNumber(), policyID: breaker.table.policyID,
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
