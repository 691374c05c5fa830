import Resilience

/// Permits of bulkheads: how the end of a call that was let in frees its slot, once.
extension Bulkheads: PartGiver {
    func end(of part: PermitPart) -> Instant? {
        guard let lease = part.lease else { return nil }
        return live.find(id: part.policyID)?.table.state(of: part.key)?.slots
            .first { $0.id == lease }?.expiresAt
    }

    func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, by caller: Caller,
        mark: (() throws -> Bool)?
    ) async throws -> SettlementReply {
        guard let bulkhead = live.find(id: part.policyID) else {
            return SettlementReply(reason: .gone)
        }
        let held = part.ofBulkhead(permit)
        let settled = try bulkhead.table.applyIfRoom(part.key, by: context.clock) {
            slot, now -> (SettlementReply, Receipt?) in
            let rules = bulkhead.rules.now
            let outcome = Self.outcome(report, rules)
            let refusal = try refusal(held, of: permit, slot.state, mark, at: now)
            let answer =
                refusal.map { slot.state.refuse($0, rules.spec, at: now) }
                ?? slot.state.settle(
                    held, outcome, duration: report.duration, rules.spec, at: now)
            let isFreed = refusal == nil && held.slot != nil
            if isFreed { bulkhead.tally.add((.released, 1), at: now) }
            let receipt = journal(
                answer.expired, slot.state, bulkhead, rules, part.key, isFreed: isFreed, at: now)
            return (SettlementReply(answer.reason, rules), receipt)
        }
        guard let (reply, receipt) = settled else {
            return try settleWithoutRoom(held, of: permit, report, bulkhead.rules.now, mark)
        }
        pump(bulkhead, part.key)
        try await receipt?.wait()
        return reply
    }

    /// How the call went, as the state is told: what is disabled learns nothing, but a slot need
    /// not be held for nothing.
    private static func outcome(
        _ report: OutcomeReport, _ rules: SpecVersion<BulkheadPolicy>
    ) -> Outcome {
        rules.entry.mode == .disabled ? .ignored : report.outcome
    }

    /// Settles a permit whose key has been forgotten and can have no state: nothing comes of it but
    /// what an adaptive limit would have learned.
    private func settleWithoutRoom(
        _ held: BulkheadPermit, of permit: Permit, _ report: OutcomeReport,
        _ rules: SpecVersion<BulkheadPolicy>, _ mark: (() throws -> Bool)?
    ) throws -> SettlementReply {
        let now = context.clock.now()
        var state = BulkheadState(at: now)
        if let refusal = try refusal(held, of: permit, state, mark, at: now) {
            return SettlementReply(refusal, rules)
        }
        let answer = state.settle(
            held, Self.outcome(report, rules), duration: nil, rules.spec, at: now)
        guard answer.reason == nil, rules.spec.adaptive != nil else {
            return SettlementReply(answer.reason, rules)
        }
        context.tellNoRoom(at: now)
        return SettlementReply(reason: .noRoom)
    }

    /// Why an outcome is not told to the state; nil when it is, and then the permit is marked.
    private func refusal(
        _ held: BulkheadPermit, of permit: Permit, _ state: BulkheadState,
        _ mark: (() throws -> Bool)?, at now: Instant
    ) throws -> UncountedReason? {
        if mark != nil, context.permits.isSettled(permit) { return .duplicate }
        if let refusal = state.refusal(of: held, at: now) { return refusal }
        do { return try mark?() == false ? .duplicate : nil } catch {
            // Where there is no room for a mark, a slot is freed once all the same: it is gone.
            guard held.slot != nil else { throw error }
            return nil
        }
    }

    func renewal(
        of part: PermitPart, of permit: Permit, for span: Timespan?, by caller: Caller
    ) -> LeaseRenewal? {
        guard let bulkhead = live.find(id: part.policyID) else { return nil }
        let held = part.ofBulkhead(permit)
        return LeaseRenewal(
            lock: bulkhead.table.lock(of: part.key),
            isHeld: { now in
                bulkhead.table.changeLocked(part.key) {
                    $0.state.refusal(of: held, at: now) == nil
                } ?? false
            },
            renew: { now in
                let renewed = bulkhead.table.changeLocked(part.key) { slot in
                    let rules = bulkhead.rules.now
                    let expired = slot.state.advance(rules.spec, to: now)
                    let end = slot.state.renew(held, for: span, rules.spec, at: now)
                    let receipt = self.journal(
                        expired, slot.state, bulkhead, rules, part.key, isFreed: true, at: now)
                    return (end ?? now, receipt)
                }
                bulkhead.table.markDirtyLocked(part.key)
                return renewed ?? (now, nil)
            },
            finish: { self.pump(bulkhead, part.key) })
    }

    func giveBack(
        _ part: PermitPart, of permit: Permit, by caller: Caller, mark: (() throws -> Bool)?
    ) async throws {
        guard let bulkhead = live.find(id: part.policyID) else { return }
        let told = try bulkhead.table.applyIfPresent(part.key, isChange: { _ in true }) {
            slot -> Receipt? in
            let (rules, now) = (bulkhead.rules.now, context.clock.now())
            guard permit.expiresAt > now || part.lease != nil, try mark?() ?? true else {
                return nil
            }
            let expired = slot.state.giveBack(part.ofBulkhead(permit), rules.spec, at: now)
            bulkhead.tally.add((.released, part.lease == nil ? 0 : 1), at: now)
            return journal(
                expired, slot.state, bulkhead, rules, part.key, isFreed: part.lease != nil,
                at: now)
        }
        // Of a key that was forgotten it is settled all the same.
        if told == nil, permit.expiresAt > context.clock.now() { _ = try mark?() }
        pump(bulkhead, part.key)
        try await told??.wait()
    }

    /// The permit of a call that was let in.
    func permit(
        _ decision: BulkheadDecision, _ bulkhead: LiveBulkhead, _ key: ExactString, at now: Instant
    ) -> Permit {
        permit(
            part(decision, bulkhead, key),
            expiresAt: decision.slot?.expiresAt ?? now + Bounds.permitLifetime)
    }

    /// A permit that stands for one state.
    func permit(_ part: PermitPart, expiresAt: Instant) -> Permit {
        Permit(
            number: context.permits.nextNumber(lasting: expiresAt - context.clock.now()),
            policyID: part.policyID, parts: [part],
            expiresAt: expiresAt)
    }

    /// What a permit says of a bulkhead.
    func part(
        _ decision: BulkheadDecision, _ bulkhead: LiveBulkhead, _ key: ExactString
    ) -> PermitPart {
        PermitPart(
            policyID: bulkhead.table.policyID, key: key, generation: decision.generation,
            lease: decision.slot?.id)
    }
}

extension SettlementReply {
    /// What a bulkhead says of the end of a call.
    fileprivate init(_ reason: UncountedReason?, _ rules: SpecVersion<BulkheadPolicy>) {
        let isResting = rules.entry.mode == .disabled
        self.init(reason: isResting && reason != .duplicate ? .disabled : reason)
    }
}

extension PermitPart {
    /// What the bulkhead knows of it.
    fileprivate func ofBulkhead(_ permit: Permit) -> BulkheadPermit {
        BulkheadPermit(generation: generation, slot: lease, expiresAt: permit.expiresAt)
    }
}
