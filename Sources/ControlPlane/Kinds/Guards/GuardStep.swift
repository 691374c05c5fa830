public import Resilience

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
