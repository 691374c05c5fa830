import Resilience

/// What a part of a guard says to a call.
public enum GuardPartReply: Sendable {
    case limiter(LimiterAnswer)
    case bulkhead(BulkheadReply)
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
        case .bulkhead(let reply):
            // A slot may be given back long before its time is over.
            reply.denial.map {
                GuardRefusal($0.reason.rawValue, $0.retryAfter, changesBefore: true)
            }
        case .breaker(let reply):
            // A probe may be settled long before its time is over.
            reply.decision?.denial.map {
                // A probe may be settled long before its time is over.
                GuardRefusal(
                    $0.reason.rawValue, $0.retryAfter,
                    changesBefore: $0.reason == .probesInFlight,
                    isFinal: $0.reason == .forcedOpen && $0.retryAfter == nil)
            }
        }
    }

    /// Whether the call may go on, as far as this policy is concerned: a policy that only looks on
    /// denies nothing.
    public var isAllowed: Bool {
        switch self {
        case .limiter(let answer): answer.isAllowed
        case .bulkhead(let reply): reply.isAllowed
        case .breaker(let reply): reply.isAllowed
        }
    }
}
