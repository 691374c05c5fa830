public import Resilience

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

/// A part's no.
struct GuardRefusal: Sendable {
    /// Why.
    let reason: String
    /// The shortest wait after which it would allow the call; nil when that cannot be told.
    let retryAfter: Timespan?
    /// How soon it may change, if that is known.
    let soonest: Timespan?
    /// Whether no wait changes it.
    let isFinal: Bool

    init(
        _ reason: String, _ retryAfter: Timespan?, changesBefore: Bool = false,
        isFinal: Bool = false
    ) {
        self.reason = reason
        self.retryAfter = retryAfter
        soonest = changesBefore ? nil : retryAfter
        self.isFinal = isFinal
    }
}

/// A part of a guard that was asked about a call.
public struct GuardStep: Sendable {
    /// The policy.
    public let policy: PolicyIdentity
    /// What it was asked about.
    public let key: ExactString
    /// What it said.
    public var reply: any GuardPartReply { answer }
    let answer: any GuardedReply
}

/// The part of a guard that denies a call.
public struct GuardDenial: Sendable {
    /// The policy.
    public let policy: PolicyIdentity
    /// Why.
    public let reason: String
}
