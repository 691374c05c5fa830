import Resilience

/// What a part of a guard says to a call.
public enum GuardPartReply: Sendable {
    case limiter(LimiterAnswer)
    case bulkhead(BulkheadReply)
    case breaker(BreakerReply)
}

extension GuardRefusal {
    /// The no of a part whose key has no state and can have none. Nobody knows how long that lasts.
    fileprivate static func withoutRoom(_ denies: Bool) -> GuardRefusal? {
        denies ? GuardRefusal(PlaneLimits.noRoom, nil, isFinal: true) : nil
    }
}

extension GuardPartReply {
    /// What the policy says by itself, whatever its mode; nil where it allows the call.
    var refusal: GuardRefusal? {
        switch self {
        case .limiter(let answer):
            if answer.policy.mode == .disabled || answer.wouldAllow {
                nil
            } else {
                // Nobody knows how long it takes until there is room for the key.
                GuardRefusal(
                    answer.reason ?? "", answer.decision.denial?.retryAfter,
                    isFinal: answer.decision.denial?.retryAfter == nil)
            }
        case .bulkhead(let reply):
            // A slot may be given back long before its time is over.
            reply.denial.map {
                GuardRefusal($0.reason.rawValue, $0.retryAfter, changesBefore: true)
            } ?? .withoutRoom(reply.hasNoRoom && !reply.wouldAllow)
        case .breaker(let reply):
            reply.hasNoRoom
                ? .withoutRoom(!reply.wouldAllow)
                : reply.decision?.denial.map {
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
