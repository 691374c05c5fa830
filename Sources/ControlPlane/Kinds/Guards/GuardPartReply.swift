import Resilience

/// What a part of a guard says to a call: the answer of its kind.
public protocol GuardPartReply: Sendable {
    /// Whether the call may go on, as far as this policy is concerned: a policy that only looks on
    /// denies nothing.
    var isAllowed: Bool { get }
}

/// What a guard asks of the answers of its parts.
protocol GuardedReply: GuardPartReply {
    /// What the policy says by itself, whatever its mode; nil where it allows the call.
    var refusal: GuardRefusal? { get }
    /// Whether the policy's calls are told how long after the answer they may begin.
    var isPaced: Bool { get }
    /// How long after the answer the call may begin; nil for a denied one.
    var delay: Timespan? { get }
}

extension GuardedReply {
    var isPaced: Bool { false }
    var delay: Timespan? { nil }
}

extension GuardRefusal {
    /// The no of a part whose key has no state and can have none. Nobody knows how long that lasts.
    static func withoutRoom(_ denies: Bool) -> GuardRefusal? {
        denies ? GuardRefusal(PlaneLimits.noRoom, nil, isFinal: true) : nil
    }
}
