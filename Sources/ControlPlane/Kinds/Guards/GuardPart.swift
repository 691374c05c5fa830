import Resilience

/// One policy that a guard asks about one call, and what it says: see `JointAttempt`.
///
/// Its kind does each step; what the kind keeps meanwhile is in ``PolicyPart``.
class GuardPart: JointPart {
    typealias Failure = any Error

    /// The kind of the policy.
    let kind: any GuardedRuntime
    /// The policy.
    let policy: PolicyIdentity
    /// Its number.
    let policyID: Int64
    /// The call that it is asked about.
    let call: PartCall
    /// On whose behalf.
    let caller: Caller
    let lock: any OrderedLock

    var isAllowed = true
    var refusal: GuardRefusal?
    var isOnlyBehind = false
    /// What must be on disk before the call is answered.
    var commits: [PendingCommit] = []
    /// What the call's permit says of it where it was charged; nil where nothing needs to be said.
    var charged: PermitGrant?
    /// What the permit says where it was not charged.
    var uncharged: PermitPart?

    init(
        _ kind: any GuardedRuntime, _ policy: PolicyIdentity, _ policyID: Int64,
        _ call: PartCall, by caller: Caller, _ lock: any OrderedLock
    ) {
        (self.kind, self.policy, self.policyID) = (kind, policy, policyID)
        (self.call, self.caller, self.lock) = (call, caller, lock)
    }

    var retryAfter: Timespan? { refusal?.retryAfter }
    /// What it is asked about.
    var key: ExactString { call.key }
    /// What it said.
    var reply: any GuardedReply { kind.reply(of: self) }

    func ask(at now: Instant) throws { try kind.ask(self, at: now) }

    func keep() throws { try kind.keep(self) }

    func refuse() throws { try kind.refuse(self) }

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
        _ kind: Kind, _ live: Kind.Live, _ call: PartCall, by caller: Caller,
        behind ahead: [Int64], after earlier: PolicyPart<Kind>?
    ) {
        (self.live, self.ahead, self.earlier) = (live, ahead, earlier)
        super.init(
            kind, live.version.entry.identity, live.id, call, by: caller,
            live.table.lock(of: call.key))
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
