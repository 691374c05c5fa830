import Resilience

/// Calls that wait for a slot, for each key in the order they came.
extension Bulkheads {
    func admit(
        _ bulkhead: Live, _ request: BulkheadRequest, for span: Timespan, _ slot: inout Slot,
        _ turn: Turn<Bulkheads>, by caller: Caller
    ) -> Admission<Bulkheads, BulkheadReply> {
        let spec = turn.version.spec
        let refusal = spec.refusal(toWait: span, behind: slot.queued)
        let isFull = slot.state.denial(spec, behind: slot.queued, at: turn.now) != nil
        if isFull, refusal == nil, turn.version.mode == .enforce {
            return .wait(until: slot.state.nextDue ?? turn.now + span)
        }
        return answer(bulkhead, request, orDeny: refusal ?? .full, &slot, turn, by: caller)
    }

    func deny(
        _ bulkhead: Live, _ request: BulkheadRequest, _ slot: inout Slot,
        _ turn: Turn<Bulkheads>, by caller: Caller
    ) -> Admission<Bulkheads, BulkheadReply> {
        answer(bulkhead, request, orDeny: .queueFull, &slot, turn, by: caller)
    }

    private func answer(
        _ bulkhead: Live, _ request: BulkheadRequest, orDeny reason: BulkheadDenialReason,
        _ slot: inout Slot, _ turn: Turn<Bulkheads>, by caller: Caller
    ) -> Admission<Bulkheads, BulkheadReply> {
        let (reply, effects) = Self.decide(
            SlotRequest(request), &slot, bulkhead.id, orDeny: reason, turn, by: caller)
        return .answer(reply, effects)
    }

    func serve(
        _ bulkhead: Live, _ slot: inout Slot, _ turn: Turn<Bulkheads>
    ) -> (served: [Served<Bulkheads, BulkheadRequest, BulkheadReply>], next: Instant?) {
        var served: [Served<Bulkheads, BulkheadRequest, BulkheadReply>] = []
        func isTurn() -> Bool {
            turn.version.mode != .enforce
                || slot.state.denial(turn.version.spec, behind: 0, at: turn.now) == nil
        }
        while isTurn(), let first = slot.waiters.removeFirst() {
            served.append(answer(first, .full, behind: 0, bulkhead, &slot, turn))
        }
        for waiter in slot.waiters.removeLate(at: turn.now) {
            served.append(answer(waiter, .waitExpired, behind: nil, bulkhead, &slot, turn))
        }
        return (served, slot.state.nextDue)
    }

    /// Answers a call whose waiting is over.
    private func answer(
        _ waiter: BulkheadState.Waiter, _ reason: BulkheadDenialReason, behind queued: Int64?,
        _ bulkhead: Live, _ slot: inout Slot, _ turn: Turn<Bulkheads>
    ) -> Served<Bulkheads, BulkheadRequest, BulkheadReply> {
        let (reply, made) = Self.decide(
            SlotRequest(waiter.request), &slot, bulkhead.id, behind: queued, orDeny: reason,
            turn, by: waiter.caller)
        var effects = made
        effects.count(.waited)
        return Served(waiter: waiter, result: .success(reply), effects: effects)
    }
}
