import Resilience

/// Permits of bulkheads: how the end of a call that was let in frees its slot, once.
extension Bulkheads: PermitKind {
    static func leaseEnd(of part: PermitPart, _ state: BulkheadState) -> Instant? {
        part.lease.flatMap { state.end(ofSlot: $0) }
    }

    static func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport,
        _ state: inout BulkheadState, _ turn: Turn<Bulkheads>, by caller: Caller
    ) throws -> (SettlementReply, Effects<Bulkheads>) {
        let spec = turn.version.spec
        let held = part.ofBulkhead(permit)
        let refusal =
            turn.standing == .settled ? .duplicate : state.refusal(of: held, at: turn.now)
        // Where there is no room for a mark, a slot is freed once all the same: it is gone.
        if refusal == nil, held.slot == nil { _ = try turn.isOpen }
        let end = leaseEnd(of: part, state) ?? permit.expiresAt
        let answer =
            refusal.map { state.refuse($0, spec, at: turn.now) }
            ?? state.settle(
                held, outcome(report, turn.version), duration: report.duration, spec,
                at: turn.now)
        let isFreed = refusal == nil && held.slot != nil
        var effects = effects(of: answer.expired, turn, isFreed: isFreed)
        if isFreed { effects.count(.released) }
        if refusal == nil, turn.standing == .open { effects.settledUntil = end }
        effects.concernsWaiting = true
        return (SettlementReply(answer.reason, turn.version), effects)
    }

    /// How the call went, as the state is told: what is disabled learns nothing, but a slot need
    /// not be held for nothing.
    private static func outcome(_ report: OutcomeReport, _ version: Version) -> Outcome {
        version.mode == .disabled ? .ignored : report.outcome
    }

    // Nothing comes of it but what an adaptive limit would have learned.
    static func settleWithoutRoom(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport,
        _ turn: Turn<Bulkheads>
    ) throws -> (SettlementReply, Effects<Bulkheads>) {
        var state = BulkheadState(at: turn.now)
        let (reply, made) = try settle(part, of: permit, report, &state, turn, by: .system)
        var effects = Effects<Bulkheads>.none
        effects.settledUntil = made.settledUntil
        guard reply.reason == nil, turn.version.spec.adaptive != nil else {
            return (reply, effects)
        }
        return (SettlementReply(reason: .noRoom), effects)
    }

    static func renew(
        _ part: PermitPart, of permit: Permit, for span: Timespan?, _ state: inout BulkheadState,
        _ turn: Turn<Bulkheads>, by caller: Caller
    ) -> (end: Instant?, effects: Effects<Bulkheads>) {
        let expired = state.advance(turn.version.spec, to: turn.now)
        let end = state.renew(
            part.ofBulkhead(permit), for: span, turn.version.spec, at: turn.now)
        return (end, effects(of: expired, turn, isFreed: true))
    }

    static func release(
        _ part: PermitPart, of permit: Permit, _ state: inout BulkheadState,
        _ turn: Turn<Bulkheads>, by caller: Caller
    ) -> Effects<Bulkheads> {
        let expired = state.release(
            part.ofBulkhead(permit), turn.version.spec, at: turn.now)
        var effects = effects(of: expired, turn, isFreed: part.lease != nil)
        if part.lease != nil { effects.count(.released) }
        return effects
    }

    /// What a permit says of a bulkhead.
    static func part(
        _ decision: BulkheadDecision, _ policyID: Int64, _ key: ExactString
    ) -> PermitPart {
        PermitPart(
            policyID: policyID, key: key, generation: decision.generation,
            lease: decision.slot?.id)
    }
}

extension SettlementReply {
    /// What a bulkhead says of the end of a call.
    fileprivate init(_ reason: UncountedReason?, _ version: SpecVersion<BulkheadPolicy>) {
        let isDisabled = version.mode == .disabled
        self.init(reason: isDisabled && reason != .duplicate ? .disabled : reason)
    }
}

extension PermitPart {
    /// What the bulkhead knows of it.
    fileprivate func ofBulkhead(_ permit: Permit) -> BulkheadPermit {
        BulkheadPermit(generation: generation, slot: lease, expiresAt: permit.expiresAt)
    }
}
