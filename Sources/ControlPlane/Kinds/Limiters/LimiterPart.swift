import Resilience

/// Limiters that guards ask.
extension Limiters: GuardedKind {
    typealias Reply = LimiterAnswer

    static func ask(
        _ call: PartCall, _ slot: inout Slot, behind ahead: [Int64], _ policyID: Int64,
        _ turn: Turn<Limiters>, by caller: Caller
    ) throws -> PartAnswer<Limiters> {
        let waiting = ahead.map { LimiterRequest(key: call.key, cost: $0) }
        let (answer, effects) = try decide(
            LimiterRequest(call), &slot, behind: slot.waiting + waiting, turn, by: caller)
        return PartAnswer(reply: answer, effects: effects, reversal: answer.spent)
    }

    static func disabled(
        _ call: PartCall, _ slot: Slot?, _ policyID: Int64, _ turn: Turn<Limiters>
    ) throws -> PartAnswer<Limiters> {
        PartAnswer(
            reply: look(
                LimiterRequest(call), try turn.tier(nil), slot?.state,
                behind: slot?.waiting ?? [], turn))
    }

    static func withoutRoom(
        _ call: PartCall, _ policyID: Int64, _ turn: Turn<Limiters>
    ) throws -> PartAnswer<Limiters> {
        let answer = answerWithoutRoom(LimiterRequest(call), try turn.tier(nil), turn)
        var effects = Effects<Limiters>.none
        effects.counts = counts(of: answer)
        return PartAnswer(reply: answer, effects: effects)
    }

    // What it is told to have left is what it has.
    static func unchanged(
        _ reply: LimiterAnswer, _ call: PartCall, _ slot: Slot, _ turn: Turn<Limiters>
    ) throws -> LimiterAnswer {
        look(LimiterRequest(call), try turn.tier(nil), slot.state, behind: slot.waiting, turn)
    }

    // Asked anew it might allow the call, where the guard has the limiter twice.
    static func refuse(
        _ reply: LimiterAnswer, _ call: PartCall, _ slot: inout Slot, behind ahead: [Int64],
        _ policyID: Int64, _ turn: Turn<Limiters>, by caller: Caller
    ) throws -> Effects<Limiters> {
        record(reply, try turn.tier(nil), &slot.state, turn, by: caller)
    }
}

extension LimiterRequest {
    fileprivate init(_ call: PartCall) { self.init(key: call.key, cost: call.cost) }
}
