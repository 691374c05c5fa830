import Resilience

/// Breakers that guards ask. A breaker stands in a guard once.
extension Breakers: GuardedKind {
    typealias Reply = BreakerReply

    static func ask(
        _ call: PartCall, _ slot: inout Slot, behind ahead: [Int64], _ policyID: Int64,
        _ turn: Turn<Breakers>, by caller: Caller
    ) -> PartAnswer<Breakers> {
        let generation =
            turn.own.state(of: turn.key, slot.state, turn.version.spec, at: turn.now).generation
        let (decision, effects) = decide(
            &slot.state, reporter: call.reporter, probe: call.id, turn, by: caller)
        var part = part(decision.permit, policyID, call.key)
        if part.lease != nil { part.leaseEnd = decision.permit.expiresAt }
        // Where it was not charged, the call is told to the breaker as it was, without a probe.
        return PartAnswer(
            reply: BreakerReply(decision, turn.policy), effects: effects,
            charged: PermitGrant(
                part: part,
                expiresAt: part.lease == nil ? nil : decision.permit.expiresAt),
            uncharged: PermitPart(
                policyID: policyID, key: call.key, generation: generation))
    }

    static func disabled(
        _ call: PartCall, _ slot: Slot?, _ policyID: Int64, _ turn: Turn<Breakers>
    ) -> PartAnswer<Breakers> {
        let view = turn.own.state(of: turn.key, slot?.state, turn.version.spec, at: turn.now)
            .view(turn.version.spec, at: turn.now)
        let part = PermitPart(policyID: policyID, key: call.key, generation: view.generation)
        return PartAnswer(
            reply: BreakerReply(disabled: view, turn.policy),
            charged: PermitGrant(part: part), uncharged: part)
    }

    static func withoutRoom(
        _ call: PartCall, _ policyID: Int64, _ turn: Turn<Breakers>
    ) -> PartAnswer<Breakers> {
        let reply = BreakerReply.withoutRoom(turn.policy, permit: nil)
        var part = PermitPart(policyID: policyID, key: call.key)
        part.hasNoState = true
        var effects = Effects<Breakers>.none
        effects.count(reply.wouldAllow ? .allowed : .denied)
        return PartAnswer(
            reply: reply, effects: effects, charged: PermitGrant(part: part), uncharged: part)
    }
}
