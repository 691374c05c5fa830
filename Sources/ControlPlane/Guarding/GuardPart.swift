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
    /// What guards the state that it decides by.
    var lock: any OrderedLock { get }
    /// What it said when it was asked.
    var reply: GuardPartReply { get }

    /// Asks it, charging it in place where it allows the call.
    func ask(at now: Instant) throws

    /// Puts back what asking it changed.
    func undo()

    /// Takes down what came of asking it.
    ///
    /// - Returns: What must be on disk before the call is answered.
    func keep(by caller: Caller, at now: Instant) -> [Receipt]

    /// What the call's permit says of it; nil where nothing needs to be said.
    ///
    /// - Parameter isCharged: whether it was kept after it had allowed the call.
    func permitPart(isCharged: Bool) -> (part: PermitPart, expiresAt: Instant?)?
}

/// What a part of a guard says to a call.
public enum GuardPartReply: Sendable {
    case limiter(LimiterAnswer)
    case breaker(BreakerReply)
}

extension GuardPartReply {
    /// What the policy says by itself, whatever its mode; nil where it allows the call.
    var refusal: GuardRefusal? {
        switch self {
        case .limiter(let answer):
            answer.policy.mode == .disabled
                ? nil
                : answer.decision.denial.map {
                    GuardRefusal($0.reason.rawValue, $0.retryAfter, isFinal: $0.retryAfter == nil)
                }
        case .breaker(let reply):
            reply.decision?.denial.map {
                GuardRefusal(
                    $0.reason.rawValue, $0.retryAfter,
                    isFinal: $0.reason == .forcedOpen && $0.retryAfter == nil)
            }
        }
    }

    /// Whether the call may go on, as far as this policy is concerned: a policy that only looks on
    /// denies nothing.
    public var isAllowed: Bool {
        switch self {
        case .limiter(let answer): answer.isAllowed
        case .breaker(let reply): reply.isAllowed
        }
    }
}

/// A part's no.
struct GuardRefusal: Sendable {
    /// Why.
    let reason: String
    /// The shortest wait after which it would allow the call; nil when that cannot be told.
    let retryAfter: Timespan?
    /// Whether no wait changes it.
    let isFinal: Bool

    init(_ reason: String, _ retryAfter: Timespan?, isFinal: Bool) {
        self.reason = reason
        self.retryAfter = retryAfter
        self.isFinal = isFinal
    }
}
