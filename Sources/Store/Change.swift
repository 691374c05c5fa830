public import Resilience

/// What is written together or not at all.
public struct Change: Sendable {
    /// Policies put or deleted.
    public var policies: [PolicyWrite] = []
    /// Assignments put or deleted.
    public var assignments: [AssignmentWrite] = []
    /// States of keys put or deleted.
    public var states: [StateWrite] = []
    /// Policies all of whose states are deleted.
    public var clearedPolicies: [Int64] = []
    /// The time of the manual clock.
    public var manualTime: Instant?
    /// Single values by name.
    public var settings: [String: String] = [:]
    /// Marks of settled permits, put or dropped.
    public var settlements: [SettlementWrite] = []
    /// What is told of it, in this order.
    public var events: [EventDraft] = []

    /// A change of nothing, which is a barrier: it is done when all before it are.
    public init() {}

    /// A change that only tells of something.
    public init(events: [EventDraft]) { self.events = events }

    /// Whether anything of it goes to the disk.
    var isWriting: Bool { weight > 1 || manualTime != nil }

    /// How much work it is, in rows.
    var weight: Int {
        policies.count + assignments.count + states.count + clearedPolicies.count + events.count
            + 1
    }
}

/// A policy put or deleted.
public enum PolicyWrite: Sendable {
    /// The policy as it is from now on, and what made it so.
    case put(PolicyRecord, action: String)
    /// The policy of that id is deleted, with everything that belongs to it.
    case delete(id: Int64)
}

/// The state of one key put, or deleted where it is nil.
public struct StateWrite: Sendable {
    /// The policy.
    public let policyID: Int64
    /// The key.
    public let key: ExactString
    /// The state as a document.
    public let state: JSONValue?

    /// A write of that key's state.
    public init(policyID: Int64, key: ExactString, state: JSONValue?) {
        self.policyID = policyID
        self.key = key
        self.state = state
    }
}

/// A chunk of the marks of settled permits put, or dropped where it is nil.
public struct SettlementWrite: Sendable {
    /// Which chunk.
    public let place: SettlementMarks.Place
    /// Its marks.
    public let chunk: SettlementMarks.Chunk?

    /// A write of that chunk.
    public init(place: SettlementMarks.Place, chunk: SettlementMarks.Chunk?) {
        self.place = place
        self.chunk = chunk
    }
}

/// An assignment put or deleted.
public enum AssignmentWrite: Sendable {
    case put(AssignmentRecord)
    case delete(policyID: Int64, key: ExactString)
    /// It is deleted if it has expired by then; a newer one stays.
    case expire(policyID: Int64, key: ExactString, at: Instant)
}
