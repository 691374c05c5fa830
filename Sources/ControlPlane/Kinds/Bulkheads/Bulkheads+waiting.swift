import Resilience

/// Calls that wait for a slot, for each key in the order they came.
extension Bulkheads {
    func admit(
        _ bulkhead: LiveBulkhead, _ key: ExactString, _ request: BulkheadRequest,
        for span: Timespan, _ slot: inout StateTable<BulkheadState>.Slot, by caller: Caller,
        at now: Instant
    ) throws -> Admission<BulkheadReply> {
        let rules = bulkhead.rules.now
        let refusal = rules.spec.refusal(toWait: span, behind: slot.queued)
        let isFull = slot.state.denial(rules.spec, behind: slot.queued, at: now) != nil
        if isFull, refusal == nil, rules.entry.mode == .enforce {
            return .wait(until: slot.state.nextDue ?? now + span)
        }
        let (reply, receipts) = decide(
            bulkhead, rules, request, &slot, orDeny: refusal ?? .full, by: caller, at: now)
        return .answer(reply, receipts)
    }

    func deny(
        _ bulkhead: LiveBulkhead, _ key: ExactString, _ request: BulkheadRequest,
        _ slot: inout StateTable<BulkheadState>.Slot, by caller: Caller, at now: Instant
    ) throws -> (answer: BulkheadReply, receipts: [Receipt]) {
        let (reply, receipts) = decide(
            bulkhead, bulkhead.rules.now, request, &slot, orDeny: .queueFull, by: caller, at: now)
        return (reply, receipts)
    }

    func serve(
        _ bulkhead: LiveBulkhead, _ key: ExactString,
        _ slot: inout StateTable<BulkheadState>.Slot, at now: Instant
    ) -> (served: [Served<BulkheadRequest, BulkheadReply>], next: Instant?) {
        let rules = bulkhead.rules.now
        var served: [Served<BulkheadRequest, BulkheadReply>] = []
        func isTurn() -> Bool {
            rules.entry.mode != .enforce || slot.state.denial(rules.spec, behind: 0, at: now) == nil
        }
        while isTurn(), let first = slot.waiters.removeFirst() {
            served.append(answer(first, .full, behind: 0, bulkhead, rules, &slot, at: now))
        }
        for waiter in slot.waiters.removeLate(at: now) {
            served.append(
                answer(waiter, .waitExpired, behind: nil, bulkhead, rules, &slot, at: now))
        }
        return (served, slot.state.nextDue)
    }

    /// Answers a call whose waiting is over.
    private func answer(
        _ waiter: BulkheadState.Waiter, _ reason: BulkheadDenialReason, behind queued: Int64?,
        _ bulkhead: LiveBulkhead, _ rules: SpecVersion<BulkheadPolicy>,
        _ slot: inout StateTable<BulkheadState>.Slot, at now: Instant
    ) -> Served<BulkheadRequest, BulkheadReply> {
        bulkhead.tally.add((.waited, 1), at: now)
        let (reply, receipts) = decide(
            bulkhead, rules, waiter.request, &slot, behind: queued, orDeny: reason,
            by: waiter.caller, at: now)
        return Served(waiter: waiter, result: .success(reply), receipts: receipts)
    }
}
