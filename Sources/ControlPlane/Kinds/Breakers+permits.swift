import Resilience

/// Permits of breakers: how the outcome of an allowed call finds its way back, once.
extension Breakers: PermitGiver {
    func settle(
        _ permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        try await settle(permit.parts[0], of: permit, report, by: caller) { [permits] in
            // A probe's place says by itself that it was settled.
            if try !permits.settle(permit) { preconditionFailure("marked with the lock held") }
        }
    }

    /// Tells a breaker the outcome of a call, in a part of its permit.
    ///
    /// - Parameter mark: notes that the permit is settled, with the breaker's lock held; nil where
    ///   that is done.
    func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, by caller: Caller,
        mark: (() throws -> Void)? = nil
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
            let answer = state.settle(
                part.ofBreaker(in: state, permit), report.outcome, duration: report.duration,
                reporter: report.reporter, spec, at: now)
            if answer.isCounted || answer.reason == .ignored { try mark?() }
            return answer
        }
    }

    func renew(_ permit: Permit, for span: Timespan?, by caller: Caller) async throws -> Instant {
        let end = try await renew(permit.parts[0], of: permit, for: span, by: caller)
        guard let end else { throw PlaneError(.conflict, "the lease is over") }
        return end
    }

    /// Makes a probe's lease last longer; nil when it is over.
    func renew(
        _ part: PermitPart, of permit: Permit, for span: Timespan?, by caller: Caller
    ) async throws -> Instant? {
        guard let breaker = live.find(id: part.policyID) else { return nil }
        let rules = breaker.rules.now
        let (end, receipt) = try breaker.table.apply(part.key, by: context.clock) { slot, now in
            let overdue = slot.state.advance(rules.spec, to: now)
            let end = slot.state.renew(
                part.ofBreaker(in: slot.state, permit), for: span ?? rules.spec.probeTimeout,
                rules.spec, at: now)
            let receipt = journal(
                overdue, slot.state, breaker, rules, part.key, by: caller, at: now,
                isDurable: end != nil)
            return (end, receipt)
        }
        try await receipt?.wait()
        return end
    }

    func giveBack(_ permit: Permit, by caller: Caller) async throws {
        try await giveBack(permit.parts[0], of: permit, by: caller) { [permits] in
            try permits.settle(permit)
        }
    }

    /// Gives the place of a part back.
    ///
    /// - Parameter mark: notes that the permit is settled, with the breaker's lock held, and tells
    ///   whether it was not before; nil where that is done.
    func giveBack(
        _ part: PermitPart, of permit: Permit, by caller: Caller, mark: (() throws -> Bool)? = nil
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
        context.bell.ring(part.policyID)
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
        let end = lease.flatMap { state.deadline(ofProbe: $0) } ?? permit.expiresAt
        return BreakerPermit(
            generation: generation, probe: lease, expiresAt: end, reporter: permit.reporter)
    }
}
