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
