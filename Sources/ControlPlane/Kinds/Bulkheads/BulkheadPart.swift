import Resilience

/// Bulkheads that guards ask. A bulkhead stands in a guard once.
extension Bulkheads: GuardedKind {
    typealias Reply = BulkheadReply

    static func ask(
        _ call: PartCall, _ slot: inout Slot, behind ahead: [Int64], _ policyID: Int64,
        _ turn: Turn<Bulkheads>, by caller: Caller
    ) -> PartAnswer<Bulkheads> {
        let (reply, effects) = decide(
            SlotRequest(id: call.id, holder: call.reporter ?? "", lease: nil), &slot, policyID,
            behind: slot.queued + Int64(ahead.count), turn, by: caller)
        let grant = reply.slot == nil ? nil : reply.grant
        return PartAnswer(reply: reply, effects: effects, charged: grant)
    }

    static func disabled(
        _ call: PartCall, _ slot: Slot?, _ policyID: Int64, _ turn: Turn<Bulkheads>
    ) -> PartAnswer<Bulkheads> {
        PartAnswer(reply: disabled(slot, turn, policyID))
    }

    static func withoutRoom(
        _ call: PartCall, _ policyID: Int64, _ turn: Turn<Bulkheads>
    ) -> PartAnswer<Bulkheads> {
        let reply = BulkheadReply(withoutRoom: turn.policy, nil)
        var part = PermitPart(policyID: policyID, key: call.key)
        part.hasNoState = true
        var effects = Effects<Bulkheads>.none
        effects.count(reply.wouldAllow ? .allowed : .denied)
        return PartAnswer(
            reply: reply, effects: effects, charged: PermitGrant(part: part), uncharged: part)
    }

    // A copy of the slots would cost as much as there are.
    static func foresee(
        _ call: PartCall, _ slot: Slot, behind ahead: [Int64], _ turn: Turn<Bulkheads>
    ) -> BulkheadReply? {
        let queued = slot.queued + Int64(ahead.count)
        return BulkheadReply(
            looking: slot.state.denial(turn.version.spec, behind: queued, at: turn.now),
            slot.state.figures(turn.version.spec, at: turn.now), queued: slot.queued, turn.policy)
    }
}
