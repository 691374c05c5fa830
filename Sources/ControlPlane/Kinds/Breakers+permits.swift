public import Resilience

/// Permits of breakers: how the outcome of an allowed call finds its way back, once.
extension Breakers {
    /// Takes down the outcome of the call that a permit was given to.
    public func settle(
        _ text: String, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        let permit = try context.permits.permit(text)
        guard let breaker = live.find(id: permit.policyID) else {
            return SettlementReply(reason: "gone", nil)
        }
        let permits = context.permits
        return try await count(
            report, breaker, permit.key, by: caller, isProbe: permit.lease != nil
        ) { state, spec, now in
            if permits.isSettled(permit) {
                return state.refuse(.duplicate, spec, at: now)
            }
            let answer = state.settle(
                permit.ofBreaker(in: state), report.outcome, duration: report.duration,
                reporter: report.reporter, spec, at: now)
            if answer.isCounted || answer.reason == .ignored {
                // A probe's place says by itself that it was settled.
                if try !permits.settle(permit) { preconditionFailure("marked with the lock held") }
            }
            return answer
        }
    }

    /// Makes a probe's lease last until `span` from now.
    ///
    /// - Returns: Until when it lasts.
    public func renew(
        _ text: String, for span: Timespan?, by caller: Caller
    ) async throws -> Instant {
        let permit = try context.permits.permit(text)
        guard permit.lease != nil, !context.permits.isSettled(permit),
            let breaker = live.find(id: permit.policyID)
        else {
            throw PlaneError(.conflict, "the permit holds nothing that could be renewed")
        }
        let rules = breaker.rules.now
        let (end, receipt) = try breaker.table.apply(permit.key, by: context.clock) { slot, now in
            let overdue = slot.state.advance(rules.spec, to: now)
            let end = slot.state.renew(
                permit.ofBreaker(in: slot.state), for: span ?? rules.spec.probeTimeout, rules.spec,
                at: now)
            let receipt = journal(
                overdue, slot.state, breaker, rules, permit.key, by: caller, at: now,
                isDurable: end != nil)
            return (end, receipt)
        }
        try await receipt?.wait()
        guard let end else { throw PlaneError(.conflict, "the lease is over") }
        return end
    }

    /// Gives a permit back uncounted, also one that was settled or has ended.
    public func giveBack(_ text: String, by caller: Caller) async throws {
        let permit = try context.permits.permit(text)
        guard let breaker = live.find(id: permit.policyID) else { return }
        let rules = breaker.rules.now
        let permits = context.permits
        let receipt = try breaker.table.apply(permit.key, by: context.clock) {
            slot, now -> Receipt? in
            guard permit.expiresAt > now || permit.lease != nil, try permits.settle(permit) else {
                return nil
            }
            let overdue = slot.state.giveBack(
                permit.ofBreaker(in: slot.state), rules.spec, at: now)
            return journal(
                overdue, slot.state, breaker, rules, permit.key, by: caller, at: now,
                isDurable: permit.lease != nil)
        }
        try await receipt?.wait()
    }

    /// The text of a new permit.
    func permit(_ permit: BreakerPermit, _ breaker: LiveBreaker, _ key: ExactString) -> String {
        context.permits.text(
            of: Permit(
                number: context.permits.nextNumber(), policyID: breaker.table.policyID, key: key,
                generation: permit.generation, lease: permit.probe, expiresAt: permit.expiresAt,
                reporter: permit.reporter))
    }
}

extension Permit {
    /// What the breaker knows of it; a lease that was renewed ends later than the permit says.
    fileprivate func ofBreaker(in state: BreakerState) -> BreakerPermit {
        let end = lease.flatMap { state.deadline(ofProbe: $0) } ?? expiresAt
        return BreakerPermit(
            generation: generation, probe: lease, expiresAt: end, reporter: reporter)
    }
}
