import Resilience

/// One policy that a guard asks about one call, and what it says.
///
/// With the locks of all parts held each is asked on a copy of its state; then the copies of all
/// are kept, or those that deny the call record that, and the others are as if they had not been
/// asked. Its kind does all that; what the kind keeps meanwhile is in ``PolicyPart``.
class GuardPart {
    /// The kind of the policy.
    let kind: any GuardedRuntime
    /// The policy.
    let policy: PolicyIdentity
    /// Its number.
    let policyID: Int64
    /// The call that it is asked about.
    let call: GuardedCall
    /// What guards the state that it decides by.
    let lock: any OrderedLock

    /// Whether the call may go on, as far as it is concerned.
    var isAllowed = true
    /// What it says by itself, whatever its mode; nil where it allows the call.
    var refusal: GuardRefusal?
    /// Whether it denies the call only because others that wait for the guard are ahead, and not
    /// by itself: what keeps those waiting is another part.
    var isOnlyBehind = false
    /// What the call's permit says of it where it was charged; nil where nothing needs to be said.
    var charged: PermitGrant?
    /// What the permit says where it was not charged.
    var uncharged: PermitPart?

    init(
        _ kind: any GuardedRuntime, _ policy: PolicyIdentity, _ policyID: Int64,
        _ call: GuardedCall, _ lock: any OrderedLock
    ) {
        (self.kind, self.policy, self.policyID) = (kind, policy, policyID)
        (self.call, self.lock) = (call, lock)
    }

    /// What it is asked about.
    var key: ExactString { call.key }
    /// What it said.
    var reply: any GuardedReply { kind.reply(of: self) }

    /// Asks it, which changes nothing.
    func ask(by caller: Caller, at now: Instant) throws { try kind.ask(self, by: caller, at: now) }

    /// Keeps what came of asking it: all parts allow the call.
    ///
    /// - Returns: What must be on disk before the call is answered.
    func keep(by caller: Caller) throws -> [PendingCommit] { try kind.keep(self, by: caller) }

    /// Records that it denies the call.
    ///
    /// - Returns: What must be on disk before the call is answered.
    func refuse(by caller: Caller) throws -> [PendingCommit] { try kind.refuse(self, by: caller) }

    /// Tells what it says where it is not charged: another part denies the call.
    func drop() throws { try kind.drop(self) }

    /// Counts what came of it, after the locks are gone.
    func finish() { kind.finish(self) }

    /// Takes back what the call was charged, since it was not allowed after all: another part could
    /// not be stored. Nil where nothing was charged, or the call's permit gives it back.
    var revert: (@Sendable () async -> Void)? { kind.revert(of: self) }
}

/// What a kind keeps of a policy that a guard asks about one call.
///
/// It is only looked into by functions of the kind, which are compiled for its types; methods of a
/// generic class would look those up at every step.
final class PolicyPart<Kind: GuardedKind>: GuardPart {
    let live: Kind.Live
    /// What calls cost that wait for the guard, first come first.
    let ahead: [Int64]
    /// The part before it that has the same state, and so is charged first.
    let earlier: PolicyPart<Kind>?
    /// What it was asked by; nil before it was.
    private(set) var turn: Turn<Kind>?
    /// What it said; nil before it was asked.
    var answer: PartAnswer<Kind>?
    /// What it says by itself, where it denies the call only for others that are ahead.
    private(set) var own: Kind.Reply?
    /// The calls that it was asked behind.
    private(set) var askedBehind: [Int64] = []
    /// Whether the key has a state that decides.
    private(set) var hasState = false
    /// The state with the call charged; nil where it is charged only when it is kept.
    private(set) var state: Kind.State?
    var commits: [PendingCommit] = []
    /// Whether what came of it was kept, or its denial recorded.
    var isRecorded = false

    /// What comes of asking it.
    struct Asked {
        let turn: Turn<Kind>
        let answer: PartAnswer<Kind>
        var own: Kind.Reply?
        var ahead: [Int64] = []
        var hasState = false
        var state: Kind.State?
    }

    init(
        _ kind: Kind, _ live: Kind.Live, _ call: GuardedCall, behind ahead: [Int64],
        after earlier: PolicyPart<Kind>?
    ) {
        (self.live, self.ahead, self.earlier) = (live, ahead, earlier)
        super.init(
            kind, live.version.entry.identity, live.id, call, live.table.lock(of: call.key))
    }

    /// Notes what came of asking it: each thing by itself, since there is much of it, and whoever
    /// looks at one of them should not copy all.
    func note(_ asked: Asked) {
        (turn, answer, own) = (asked.turn, asked.answer, asked.own)
        (askedBehind, hasState, state) = (asked.ahead, asked.hasState, asked.state)
        isAllowed = asked.answer.reply.isAllowed
        refusal = asked.answer.reply.refusal
        isOnlyBehind = asked.own != nil
        (charged, uncharged) = (asked.answer.charged, asked.answer.uncharged)
    }
}
