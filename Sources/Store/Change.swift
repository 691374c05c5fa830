public import Resilience

/// What is written together or not at all.
public struct Change: Sendable {
    /// Policies put or deleted.
    public var policies: [PolicyWrite] = []
    /// Assignments put or deleted.
    public var assignments: [AssignmentWrite] = []
    /// States of keys put or deleted.
    public var states: [StateWrite] = []
    /// Policies all of whose states are deleted, before the states above are put.
    public var clearedPolicies: [Int64] = []
    /// What later writes of these states give way to, if it is written.
    public var reset: StateReset?
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
    var isWriting: Bool {
        !canBeDeferred || !states.isEmpty || !settlements.isEmpty || !events.isEmpty
    }

    /// Whether it may be overtaken: of no other rows does the writer know which are the newest,
    /// and what gives way to a reset must be written after it.
    var canBeDeferred: Bool {
        policies.isEmpty && assignments.isEmpty && clearedPolicies.isEmpty && reset == nil
            && manualTime == nil && settings.isEmpty
    }
}
