public import Resilience

/// The answer to a failed call, with what is told besides.
public struct RetryReply: Sendable {
    /// Whether it is tried again, and when.
    public let decision: RetryDecision
    /// Whether it would be if the policy were in force.
    public let wouldRetry: Bool
    /// The policy that decided.
    public let policy: PolicyEntry
}
