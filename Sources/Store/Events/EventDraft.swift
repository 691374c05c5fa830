public import Resilience

/// Something that happened, before it has its place in the history.
public struct EventDraft: Equatable, Sendable {
    /// When.
    public var at: Instant
    /// What: `breaker.opened`.
    public var type: String
    /// The singular of the kind of the policy it is about.
    public var kind: String?
    /// The policy's name.
    public var name: String?
    /// The key it is about.
    public var key: String?
    /// Who caused it.
    public var actor: String
    /// The trace of the call that caused it.
    public var traceID: String?
    /// The policy's version then.
    public var policyVersion: Int64?
    /// Why, as a person or a rule says it.
    public var reason: String?
    /// The figures of the moment.
    public var data: JSONObject?
    /// The number of the node that made it; 0 for a server that stands alone.
    public var node: Int64

    /// An event of that type.
    public init(
        _ type: String, at: Instant, actor: String, traceID: String? = nil, kind: String? = nil,
        name: String? = nil, key: String? = nil, policyVersion: Int64? = nil,
        reason: String? = nil, data: JSONObject? = nil, node: Int64 = 0
    ) {
        self.at = at
        self.type = type
        self.kind = kind
        self.name = name
        self.key = key
        self.actor = actor
        self.traceID = traceID
        self.policyVersion = policyVersion
        self.reason = reason
        self.data = data
        self.node = node
    }
}

/// An event of the history.
public struct EventRecord: Equatable, Sendable {
    /// Its place; there are no gaps.
    public let seq: Int64
    /// What happened.
    public let event: EventDraft

    /// The number of the node that made it; 0 for a server that stands alone.
    public var node: Int64 { event.node }
}
