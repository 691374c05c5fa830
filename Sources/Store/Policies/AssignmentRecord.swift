public import Resilience

/// What was settled for one key of a policy.
public struct AssignmentRecord: Equatable, Sendable {
    /// The policy.
    public let policyID: Int64
    /// The key.
    public let key: ExactString
    /// What its client wrote.
    public let document: JSONObject
    /// Until when it holds; nil for good.
    public let expiresAt: Instant?
    /// When it was put.
    public let updatedAt: Instant
    /// By whom.
    public let updatedBy: String

    /// An assignment of these values.
    public init(
        policyID: Int64, key: ExactString, document: JSONObject, expiresAt: Instant?,
        updatedAt: Instant, updatedBy: String
    ) {
        self.policyID = policyID
        self.key = key
        self.document = document
        self.expiresAt = expiresAt
        self.updatedAt = updatedAt
        self.updatedBy = updatedBy
    }
}
