public import Resilience

/// A policy as it is stored: what its client wrote, and when and by whom.
public struct PolicyRecord: Equatable, Sendable {
    /// Its number, never given to another.
    public let id: Int64
    /// The singular of its kind.
    public let kind: String
    /// Its name.
    public let name: String
    /// Its version, rising by one with each change.
    public var version: Int64
    /// The client's part: description, labels, mode, when_unreachable and spec.
    public var document: JSONObject
    /// When it was created.
    public let createdAt: Instant
    /// When it was changed last.
    public var updatedAt: Instant
    /// By whom.
    public var updatedBy: String

    /// A policy of these values.
    public init(
        id: Int64, kind: String, name: String, version: Int64, document: JSONObject,
        createdAt: Instant, updatedAt: Instant, updatedBy: String
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.version = version
        self.document = document
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.updatedBy = updatedBy
    }
}

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
