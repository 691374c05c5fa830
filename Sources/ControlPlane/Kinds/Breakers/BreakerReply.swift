public import Resilience

/// A breaker's answer to a call that asks, with what a client is told besides.
public struct BreakerReply: Sendable {
    /// What the breaker says; nil where it is disabled.
    public let decision: BreakerDecision?
    /// Where it stands.
    public let position: BreakerPosition
    /// The generation of its state.
    public let generation: Int64
    /// What the outcome is settled with; nil for a denied call.
    public internal(set) var permit: String?
    /// The policy that decided.
    public let policy: PolicyEntry

    /// Whether nothing could be decided, since the key has no state and there are too many keys:
    /// then `when_unreachable` is the answer, and position and generation say nothing.
    public var hasNoRoom = false

    /// Whether the call may go on.
    public var isAllowed: Bool { wouldAllow || policy.mode != .enforce }

    /// Whether the call might go on if the policy were enforced.
    public var wouldAllow: Bool {
        hasNoRoom
            ? policy.document.whenUnreachable == .allow : decision?.isAllowed != false
    }

    /// Why the breaker says no, or nothing could be decided; nil where it says yes.
    public var reason: String? {
        hasNoRoom ? PlaneLimits.noRoom : decision?.denial?.reason.rawValue
    }

    /// The answer of a breaker that works.
    init(_ decision: BreakerDecision, _ policy: PolicyEntry) {
        self.init(
            decision: decision, position: decision.position, generation: decision.generation,
            permit: nil, policy: policy)
    }

    /// The answer of a disabled breaker.
    init(disabled view: BreakerView, _ policy: PolicyEntry) {
        self.init(
            decision: nil, position: view.position, generation: view.generation, permit: nil,
            policy: policy)
    }

    /// The answer about a key that has no state and can have none.
    static func withoutRoom(_ policy: PolicyEntry, permit: String?) -> BreakerReply {
        BreakerReply(
            decision: nil, position: .closed, generation: 0, permit: permit, policy: policy,
            hasNoRoom: true)
    }
}

extension BreakerReply {
    fileprivate init(
        decision: BreakerDecision?, position: BreakerPosition, generation: Int64,
        permit: String?, policy: PolicyEntry, hasNoRoom: Bool = false
    ) {
        (self.decision, self.position, self.generation) = (decision, position, generation)
        (self.permit, self.policy, self.hasNoRoom) = (permit, policy, hasNoRoom)
    }
}

extension BreakerReply: GuardedReply {
    var refusal: GuardRefusal? {
        guard !hasNoRoom else { return .withoutRoom(!wouldAllow) }
        return decision?.denial.map {
            // A probe may be settled long before its time is over.
            GuardRefusal(
                $0.reason.rawValue, $0.retryAfter,
                changesBefore: $0.reason == .probesInFlight,
                isFinal: $0.reason == .forcedOpen && $0.retryAfter == nil)
        }
    }
}

/// What is counted of a breaker.
enum BreakerCount: Int, CountedFigure {
    case allowed, denied, successes, failures, ignored

    /// The figure that an outcome adds to.
    init(_ outcome: Outcome) {
        switch outcome {
        case .success: self = .successes
        case .failure, .timeout: self = .failures
        case .ignored: self = .ignored
        }
    }
}

/// What a breaker tells of a report.
public struct BreakerSettlement: SettlementDetail {
    /// Where it stands.
    public let position: BreakerPosition
    /// What the report caused.
    public var transition: BreakerTransition?
}

extension SettlementReply {
    init(_ answer: BreakerAnswer) {
        self.init(
            reason: answer.reason,
            BreakerSettlement(position: answer.position, transition: answer.transition))
    }
}
