import Resilience

/// A call that a guard asks its parts about.
struct PartCall: Sendable {
    /// What the part is asked about.
    let key: ExactString
    /// How much of it the call takes, where calls take different amounts.
    var cost: Int64
    /// Who asks.
    let reporter: String?
    /// What a place that it takes is known by: a number that no other has.
    let id: UInt64
    /// How many parts of the guard are asked about that key of that policy, all of which are
    /// charged or none.
    var times: Int64 = 1

    /// The call as one that asks all those parts at once.
    var ofAllTimes: PartCall {
        var call = self
        (call.cost, call.times) = (cost * times, 1)
        return call
    }
}

/// What a part says to a call, and what comes of it.
struct PartAnswer<Kind: GuardedKind>: Sendable {
    /// What it says.
    var reply: Kind.Reply
    /// What is to be done where that is kept.
    var effects = Effects<Kind>.none
    /// What the call's permit says of the part where it was charged; nil where nothing needs to be
    /// said.
    var charged: PermitGrant?
    /// What the permit says where it was not charged; nil where nothing needs to be said.
    var uncharged: PermitPart?
    /// What is taken back where the call was not allowed after all, since another part could not be
    /// stored; nil where nothing was charged, or the call's permit gives it back.
    var reversal: Kind.Reversal?
}

/// A kind whose policies guards can ask: functions of values, which a guard tries on copies.
protocol GuardedKind: PolicyKind, GuardedRuntime {
    associatedtype Reply: GuardedReply

    /// Decides on a call with the state at hand, and charges it.
    ///
    /// - Parameter ahead: what calls cost that wait for the guard, first come first.
    static func ask(
        _ call: PartCall, _ slot: inout Slot, behind ahead: [Int64], _ policyID: Int64,
        _ turn: Turn<Self>, by caller: Caller
    ) throws -> PartAnswer<Self>

    /// What ``ask(_:_:behind:_:_:by:)`` would say, found without changing the state, where a copy
    /// of it would cost too much; nil where it is to be asked on a copy.
    static func foresee(
        _ call: PartCall, _ slot: Slot, behind ahead: [Int64], _ turn: Turn<Self>
    ) -> Reply?

    /// What is told to a call of a policy that is disabled.
    static func disabled(
        _ call: PartCall, _ slot: Slot?, _ policyID: Int64, _ turn: Turn<Self>
    ) throws -> PartAnswer<Self>

    /// What is told about a key that has no state and can have none.
    static func withoutRoom(
        _ call: PartCall, _ policyID: Int64, _ turn: Turn<Self>
    ) throws -> PartAnswer<Self>

    /// What is told to a call that it would have allowed, and was not charged for.
    static func unchanged(
        _ reply: Reply, _ call: PartCall, _ slot: Slot, _ turn: Turn<Self>
    ) throws -> Reply

    /// Records a denial with a state that no part of the guard was charged to.
    static func refuse(
        _ reply: Reply, _ call: PartCall, _ slot: inout Slot, behind ahead: [Int64],
        _ policyID: Int64, _ turn: Turn<Self>, by caller: Caller
    ) throws -> Effects<Self>
}

extension GuardedKind {
    static func foresee(
        _ call: PartCall, _ slot: Slot, behind ahead: [Int64], _ turn: Turn<Self>
    ) -> Reply? { nil }

    static func unchanged(
        _ reply: Reply, _ call: PartCall, _ slot: Slot, _ turn: Turn<Self>
    ) throws -> Reply { reply }

    // Asked anew, it denies the call anew.
    static func refuse(
        _ reply: Reply, _ call: PartCall, _ slot: inout Slot, behind ahead: [Int64],
        _ policyID: Int64, _ turn: Turn<Self>, by caller: Caller
    ) throws -> Effects<Self> {
        try ask(call, &slot, behind: ahead, policyID, turn, by: caller).effects
    }
}

/// A kind whose policies guards can ask, whatever its types are.
protocol GuardedRuntime: KindRuntime {
    /// A policy that is to be asked about a call.
    ///
    /// - Parameters:
    ///   - ahead: what calls cost that wait for the guard, first come first.
    ///   - earlier: the parts that are asked before it.
    func part(
        _ name: String, _ call: PartCall, by caller: Caller, behind ahead: [Int64],
        after earlier: [GuardPart]
    ) throws -> GuardPart

    /// ``GuardPart/reply``
    func reply(of part: GuardPart) -> any GuardedReply
    /// Asks it, which changes nothing.
    func ask(_ part: GuardPart, at now: Instant) throws
    /// Keeps what came of asking it: all parts allow the call.
    func keep(_ part: GuardPart) throws
    /// Records that it denies the call.
    func refuse(_ part: GuardPart) throws
    /// Tells what it says where it is not charged: another part denies the call.
    func drop(_ part: GuardPart) throws
    /// ``GuardPart/finish()``
    func finish(_ part: GuardPart)
    /// ``GuardPart/revert``
    func revert(of part: GuardPart) -> (@Sendable () async -> Void)?
}

/// A kind whose policies learn from the outcomes of the calls of guards that name them.
protocol OutcomeListener: KindRuntime {
    /// Takes note of the outcome of a call, as far as it says anything to the policy. What there is
    /// no room for is left out.
    func learn(_ name: String, from report: OutcomeReport, attempt: Int64) async
}
