/// How a retry budget stands.
public struct RetryBudgetView: Equatable, Sendable {
    /// The first attempts in the window.
    public let firstAttempts: Int64
    /// The retries that were granted in the window.
    public let retries: Int64
    /// How many may be granted in the window.
    public let allowed: Int64
    /// How many may still be granted.
    public var remaining: Int64 { max(0, allowed - retries) }
}
