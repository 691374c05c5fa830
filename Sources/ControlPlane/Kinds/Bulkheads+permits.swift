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
        mark: (() throws -> Void)?
    ) async throws -> SettlementReply {
        guard let bulkhead = live.find(id: part.policyID) else {
            return SettlementReply(reason: "gone")
        }
        let rules = bulkhead.rules.now
        let held = part.ofBulkhead(permit)
        let permits = context.permits
        let (answer, receipt) = try bulkhead.table.apply(part.key, by: context.clock) {
            slot, now -> (BulkheadAnswer, Receipt?) in
            // Where there is no room for the mark, nothing is changed.
            var state = slot.state
            let answer: BulkheadAnswer
            if mark != nil, permits.isSettled(permit) {
                answer = state.refuse(.duplicate, rules.spec, at: now)
            } else if rules.entry.mode == .disabled {
                // Nothing is taken down, but what was granted before need not be held for nothing.
                answer = state.settle(held, .ignored, rules.spec, at: now)
            } else {
                answer = state.settle(
                    held, report.outcome, duration: report.duration, rules.spec, at: now)
            }
            let isFreed = answer.isCounted || answer.reason == .ignored
            if isFreed { try mark?() }
            slot.state = state
            if isFreed { bulkhead.tally.add((.released, held.slot == nil ? 0 : 1), at: now) }
            let receipt = journal(
                answer.expired, slot.state, bulkhead, rules, part.key,
                isFreed: isFreed && held.slot != nil, at: now)
            return (answer, receipt)
        }
        pump(bulkhead, part.key)
        try await receipt?.wait()
        let isResting = rules.entry.mode == .disabled && answer.reason != .duplicate
        return SettlementReply(reason: isResting ? "disabled" : answer.reason?.rawValue)
    }

    func renew(
        _ part: PermitPart, of permit: Permit, for span: Timespan?, by caller: Caller
    ) async throws -> Instant? {
        guard let bulkhead = live.find(id: part.policyID) else { return nil }
        let rules = bulkhead.rules.now
        let (end, receipt) = try bulkhead.table.apply(part.key, by: context.clock) { slot, now in
            let expired = slot.state.advance(rules.spec, to: now)
            let end = slot.state.renew(
                part.ofBulkhead(permit), for: span, rules.spec, at: now)
            let receipt = journal(
                expired, slot.state, bulkhead, rules, part.key, isFreed: end != nil, at: now)
            return (end, receipt)
        }
        pump(bulkhead, part.key)
        try await receipt?.wait()
        return end
    }

    func giveBack(
        _ part: PermitPart, of permit: Permit, by caller: Caller, mark: (() throws -> Bool)?
    ) async throws {
        guard let bulkhead = live.find(id: part.policyID) else { return }
        let rules = bulkhead.rules.now
        let receipt = try bulkhead.table.apply(part.key, by: context.clock) {
            slot, now -> Receipt? in
            guard permit.expiresAt > now || part.lease != nil, try mark?() ?? true else {
                return nil
            }
            let expired = slot.state.giveBack(part.ofBulkhead(permit), rules.spec, at: now)
            bulkhead.tally.add((.released, part.lease == nil ? 0 : 1), at: now)
            return journal(
                expired, slot.state, bulkhead, rules, part.key, isFreed: part.lease != nil,
                at: now)
        }
        pump(bulkhead, part.key)
        try await receipt?.wait()
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
            number: context.permits.nextNumber(), policyID: part.policyID, parts: [part],
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

extension PermitPart {
    /// What the bulkhead knows of it.
    fileprivate func ofBulkhead(_ permit: Permit) -> BulkheadPermit {
        BulkheadPermit(generation: generation, slot: lease, expiresAt: permit.expiresAt)
    }
}
