import Resilience

@testable import ControlPlane

/// Permits of counters: the end of a call frees its place, once.
extension Counters: PermitKind {
    static func leaseEnd(of part: PermitPart, _ state: CounterState) -> Instant? {
        part.lease.flatMap { state.end(of: $0) }
    }

    static func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport,
        _ state: inout CounterState, _ turn: Turn<Counters>, by caller: Caller
    ) throws -> (SettlementReply, Effects<Counters>) {
        guard try turn.isOpen else { return (.duplicate, .none) }
        var effects = effects(ofExpired: state.expire(at: turn.now))
        let end = leaseEnd(of: part, state) ?? permit.expiresAt
        let isFreed = part.lease.map { state.free($0) } ?? true
        guard isFreed, turn.now < end else {
            let isOver = turn.now >= end
            return (SettlementReply(reason: isOver ? .expired : .staleGeneration), effects)
        }
        if part.lease != nil { effects.count(.released) }
        effects.settledUntil = end
        effects.concernsWaiting = true
        return (SettlementReply(reason: nil), effects)
    }

    static func renew(
        _ part: PermitPart, of permit: Permit, for span: Timespan?, _ state: inout CounterState,
        _ turn: Turn<Counters>, by caller: Caller
    ) -> (end: Instant?, effects: Effects<Counters>) {
        let effects = effects(ofExpired: state.expire(at: turn.now))
        let lease = turn.version.spec.lease
        let end = turn.now + min(span ?? lease, lease)
        return (part.lease.flatMap { state.renew($0, until: end) }, effects)
    }

    static func release(
        _ part: PermitPart, of permit: Permit, _ state: inout CounterState,
        _ turn: Turn<Counters>, by caller: Caller
    ) -> Effects<Counters> {
        var effects = effects(ofExpired: state.expire(at: turn.now))
        if let id = part.lease, state.free(id) { effects.count(.released) }
        return effects
    }
}

/// Counters that guards ask.
extension Counters: GuardedKind {
    typealias Reply = CounterReply

    static func ask(
        _ call: PartCall, _ slot: inout Slot, behind ahead: [Int64], _ policyID: Int64,
        _ turn: Turn<Counters>, by caller: Caller
    ) -> PartAnswer<Counters> {
        let (reply, effects) = decide(call.id, &slot.state, policyID, turn, by: caller)
        let grant = reply.grant.flatMap { $0.part.lease == nil ? nil : $0 }
        return PartAnswer(reply: reply, effects: effects, charged: grant)
    }

    static func disabled(
        _ call: PartCall, _ slot: Slot?, _ policyID: Int64, _ turn: Turn<Counters>
    ) -> PartAnswer<Counters> {
        PartAnswer(reply: disabled(slot?.state, policyID, turn))
    }

    static func withoutRoom(
        _ call: PartCall, _ policyID: Int64, _ turn: Turn<Counters>
    ) -> PartAnswer<Counters> {
        PartAnswer(reply: CounterReply(withoutRoom: turn.policy))
    }
}
