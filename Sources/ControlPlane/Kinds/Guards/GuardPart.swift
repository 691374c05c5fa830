import Resilience

/// One policy that a guard asks about one call.
///
/// With the locks of all parts held each is asked on a copy of its state; then the copies of all
/// are kept, or those that deny the call record that, and the others are as if they had not been
/// asked.
protocol GuardPart: AnyObject {
    /// The policy.
    var policy: PolicyIdentity { get }
    /// Its number.
    var policyID: Int64 { get }
    /// What it is asked about.
    var key: ExactString { get }
    /// How much of it the call takes, where calls take different amounts.
    var cost: Int64 { get }
    /// What guards the state that it decides by.
    var lock: any OrderedLock { get }
    /// What it said when it was asked.
    var reply: any GuardedReply { get }

    /// Whether it denies the call only because others that wait for the guard are ahead, and not
    /// by itself: what keeps those waiting is another part.
    var isOnlyBehind: Bool { get }

    /// Asks it, which changes nothing.
    func ask(by caller: Caller, at now: Instant) throws

    /// Keeps what came of asking it: all parts allow the call.
    ///
    /// - Returns: What must be on disk before the call is answered.
    func keep(by caller: Caller) throws -> [PendingCommit]

    /// Records that it denies the call.
    ///
    /// - Returns: What must be on disk before the call is answered.
    func refuse(by caller: Caller) throws -> [PendingCommit]

    /// Tells what it says where it is not charged: another part denies the call.
    func drop() throws

    /// Counts what came of it, after the locks are gone.
    func finish()

    /// Takes back what the call was charged, since it was not allowed after all: another part could
    /// not be stored. Nil where nothing was charged, or the call's permit gives it back.
    var revert: (@Sendable () async -> Void)? { get }

    /// What the call's permit says of it where it was charged; nil where nothing needs to be said.
    var charged: PermitGrant? { get }

    /// What the permit says where it was not charged.
    var uncharged: PermitPart? { get }
}
