import Resilience

/// One policy that a guard asks about one call.
///
/// Everything is done with the locks of all parts held: each is asked, which charges it in place;
/// then each either keeps what came of it, or is put back as if it had not been asked.
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

    /// Asks it, charging it in place where it allows the call.
    func ask(at now: Instant) throws

    /// Puts back what asking it changed.
    func undo()

    /// Takes down what came of asking it.
    ///
    /// - Returns: What must be on disk before the call is answered.
    func keep(by caller: Caller, at now: Instant) -> [Receipt]

    /// Takes back what the call was charged, since it was not allowed after all: another part could
    /// not be stored. Nil where nothing was charged, or the call's permit gives it back.
    var takeBack: (@Sendable () async -> Void)? { get }

    /// What the call's permit says of it; nil where nothing needs to be said.
    ///
    /// - Parameter isCharged: whether it was kept after it had allowed the call.
    func permitPart(isCharged: Bool) -> (part: PermitPart, expiresAt: Instant?)?
}

extension GuardPart {
    var cost: Int64 { 0 }

    var isOnlyBehind: Bool { false }

    var takeBack: (@Sendable () async -> Void)? { nil }
}
