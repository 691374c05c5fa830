import Resilience

/// Permits of breakers: how the outcome of an allowed call finds its way back, once.
extension Breakers: PermitKind {
    // Where a guard has a breaker, what that says of an outcome is the guard's answer.
    static let speaksForCall = true

    static func leaseEnd(of part: PermitPart, _ state: BreakerState) -> Instant? {
        part.lease.flatMap { state.deadline(ofProbe: $0) }
    }

    static func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport,
        _ state: inout BreakerState, _ turn: Turn<Breakers>, by caller: Caller
    ) throws -> (SettlementReply, Effects<Breakers>) {
        guard turn.version.mode != .disabled else {
            return try settleDisabled(part, of: permit, &state, turn)
        }
        let spec = turn.version.spec
        let (own, isTaken, end) = judge(part, of: permit, state, turn)
        // Where there is no room for the mark, nothing is changed.
        if isTaken { _ = try turn.isOpen }
        let isAnew = turn.own.beginAnew(turn.key, &state, spec, at: turn.now)
        let answer =
            turn.standing == .settled
            ? state.refuse(.duplicate, spec, at: turn.now)
            : state.settle(
                own, report.outcome, duration: report.duration, reporter: report.reporter, spec,
                at: turn.now)
        var effects = effects(
            of: answer, report, turn, by: caller, isAwaited: part.lease != nil || isAnew)
        if isTaken { effects.settledUntil = end }
        return (SettlementReply(answer), effects)
    }

    /// What the breaker knows of a part, whether it takes an outcome of it, and until when the
    /// permit is marked then. The state that it looks at is gone afterwards, so that the one that
    /// is changed is not copied.
    private static func judge(
        _ part: PermitPart, of permit: Permit, _ state: BreakerState, _ turn: Turn<Breakers>
    ) -> (own: BreakerPermit, isTaken: Bool, end: Instant) {
        let spec = turn.version.spec
        let present = turn.own.state(of: turn.key, state, spec, at: turn.now)
        let own = part.ofBreaker(in: present, permit)
        let isTaken = turn.standing != .settled && present.takes(own, spec, at: turn.now)
        return (own, isTaken, leaseEnd(of: part, present) ?? permit.expiresAt)
    }

    /// Settles a permit while its breaker is disabled: nothing is counted, but a probe's place is
    /// free again.
    private static func settleDisabled(
        _ part: PermitPart, of permit: Permit, _ state: inout BreakerState,
        _ turn: Turn<Breakers>
    ) throws -> (SettlementReply, Effects<Breakers>) {
        guard turn.standing != .settled else { return (.duplicate, .none) }
        let view = turn.own.state(of: turn.key, state, turn.version.spec, at: turn.now)
            .view(turn.version.spec, at: turn.now)
        let reply = SettlementReply(
            reason: .disabled, BreakerSettlement(position: view.position))
        guard permit.expiresAt > turn.now || part.lease != nil else { return (reply, .none) }
        _ = try turn.isOpen
        var effects = Effects<Breakers>()
        effects.settledUntil = leaseEnd(of: part, state) ?? permit.expiresAt
        effects.concernsWaiting = true
        state.freePlace(of: part.ofBreaker(in: state, permit))
        return (reply, effects)
    }

    func refusal(
        of part: PermitPart, _ permit: Permit, _ report: OutcomeReport, _ breaker: Live,
        by caller: Caller, marks: Bool
    ) throws -> SettlementReply? {
        let (now, version) = (context.clock.now(), breaker.version)
        let present = breaker.table.state(of: part.key)
        let isGone =
            present.map { breaker.own.isIdle(part.key, $0, version.spec, at: now) } ?? true
        guard isGone else { return nil }
        guard version.mode != .disabled else {
            // Of a breaker that was forgotten it is settled all the same.
            return try withoutState(breaker, part.key, settling: marks ? permit : nil) { turn in
                var none = breaker.own.state(of: part.key, nil, version.spec, at: turn.now)
                return try Self.settleDisabled(part, of: permit, &none, turn)
            }
        }
        var state = breaker.own.state(of: part.key, present, version.spec, at: now)
        if marks, context.permits.isSettled(permit) {
            return SettlementReply(state.refuse(.duplicate, version.spec, at: now))
        }
        let own = part.ofBreaker(in: state, permit)
        guard !state.takes(own, version.spec, at: now) else { return nil }
        return SettlementReply(state.settle(own, .ignored, version.spec, at: now))
    }

    static func renew(
        _ part: PermitPart, of permit: Permit, for span: Timespan?, _ state: inout BreakerState,
        _ turn: Turn<Breakers>, by caller: Caller
    ) -> (end: Instant?, effects: Effects<Breakers>) {
        // A disabled breaker is not changed otherwise.
        let spec = turn.version.spec
        let overdue =
            turn.version.mode == .disabled ? [] : state.advance(spec, to: turn.now)
        let end = state.renew(
            part.ofBreaker(in: state, permit), for: span ?? spec.probeTimeout, spec,
            at: turn.now)
        return (end, effects(of: overdue, turn, by: caller, isAwaited: true))
    }

    static func release(
        _ part: PermitPart, of permit: Permit, _ state: inout BreakerState,
        _ turn: Turn<Breakers>, by caller: Caller
    ) -> Effects<Breakers> {
        let own = part.ofBreaker(in: state, permit)
        guard turn.version.mode != .disabled else {
            state.freePlace(of: own)
            return Effects()
        }
        guard !turn.own.isIdle(turn.key, state, turn.version.spec, at: turn.now) else {
            return .none
        }
        let overdue = state.release(own, turn.version.spec, at: turn.now)
        return effects(of: overdue, turn, by: caller, isAwaited: part.lease != nil)
    }

    /// The text of a new permit.
    func permit(_ permit: BreakerPermit, _ breaker: Live, _ key: ExactString) -> String {
        let grant = PermitGrant(
            part: Self.part(permit, breaker.id, key), expiresAt: permit.expiresAt)
        return context.permits.text(of: self.permit(grant, reporter: permit.reporter))
    }

    /// What a permit says of a breaker.
    static func part(
        _ permit: BreakerPermit, _ policyID: Int64, _ key: ExactString
    ) -> PermitPart {
        PermitPart(
            policyID: policyID, key: key, generation: permit.generation, lease: permit.probe)
    }
}

extension PermitPart {
    /// What the breaker knows of it; a lease that was renewed ends later than the permit says.
    fileprivate func ofBreaker(in state: BreakerState, _ permit: Permit) -> BreakerPermit {
        let end = lease.flatMap { state.deadline(ofProbe: $0) } ?? leaseEnd ?? permit.expiresAt
        return BreakerPermit(
            generation: generation, probe: lease, expiresAt: end, reporter: permit.reporter)
    }
}
