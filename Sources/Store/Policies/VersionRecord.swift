public import Resilience

/// One version of a policy.
public struct VersionRecord: Equatable, Sendable {
    /// Its number.
    public let version: Int64
    /// What made it: `created`, `updated` or `rolled_back`.
    public let action: String
    /// The client's part.
    public let document: JSONObject
    /// When it was made.
    public let createdAt: Instant
    /// By whom.
    public let createdBy: String
}
