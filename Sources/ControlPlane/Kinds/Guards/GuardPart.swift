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
