public import Resilience
import Synchronization

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

/// A policy put or deleted.
public enum PolicyWrite: Sendable {
    /// The policy as it is from now on, and what made it so.
    case put(PolicyRecord, action: String)
    /// The policy of that id is deleted, with everything that belongs to it.
    case delete(id: Int64)
}

/// An assignment put or deleted.
public enum AssignmentWrite: Sendable {
    case put(AssignmentRecord)
    case delete(policyID: Int64, key: ExactString)
    /// It is deleted if it has expired by then; a newer one stays.
    case expire(policyID: Int64, key: ExactString, at: Instant)
}

/// The state of one key put, or deleted where it is nil.
///
/// It holds the state itself. The document is made from it by whoever writes or reads it, not by
/// whoever hands it over with the state's lock held.
public struct StateWrite: Sendable {
    /// The policy.
    public let policyID: Int64
    /// The key.
    public let key: ExactString
    /// What was under way when it was handed over: where that was written, this one is not.
    public let yieldsTo: StateReset?
    private let value: (any Snapshot)?

    /// A write of that key's state.
    public init(
        policyID: Int64, key: ExactString, state: (any Snapshot)?,
        yieldsTo reset: StateReset? = nil
    ) {
        self.policyID = policyID
        self.key = key
        value = state
        yieldsTo = reset
    }

    /// The state as a document, made anew each time.
    public var state: JSONValue? { value?.snapshot }

    /// About how many bytes the key and the document have.
    var size: Int { key.byteCount + (value?.snapshotSize ?? 0) }
}

/// A change that sets states back, or puts others in their place, and is in force only once it is
/// on disk. What is handed over of these states until then is of before it, though it comes after
/// it: it gives way where the change was written, and counts where it was not.
public final class StateReset: Sendable {
    private let written = Atomic(false)

    /// A change that is still to be handed over.
    public init() {}

    /// Whether it has been written, as far as the transaction under way has come.
    var isWritten: Bool { written.load(ordering: .relaxed) }

    /// Notes that it has been written, or that this was rolled back.
    func note(isWritten: Bool) { written.store(isWritten, ordering: .relaxed) }
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

/// What a change weighs, by which what waits and what goes into one commit are bounded: one for
/// each row, and one more for each full ``bytesPerUnit`` of what the row holds. The change itself
/// counts as one.
extension Change {
    static let bytesPerUnit = 256
    /// A policy may have any number of states to delete.
    static let clearingWeight = 1000

    /// How much work and memory it is. O(n) in its rows and the members of their documents.
    var weight: Int {
        var weight = 1 + Self.clearingWeight * clearedPolicies.count
        for policy in policies { weight += policy.weight }
        for assignment in assignments { weight += Self.weight(ofBytes: assignment.size) }
        for state in states { weight += Self.weight(ofBytes: state.size) }
        for (name, value) in settings {
            weight += Self.weight(ofBytes: name.utf8.count + value.utf8.count)
        }
        for settlement in settlements {
            weight += Self.weight(ofBytes: 8 * (settlement.chunk?.bits.count ?? 0))
        }
        for event in events { weight += event.weight }
        return manualTime == nil ? weight : weight + 1
    }

    /// What a row of so many bytes weighs.
    static func weight(ofBytes size: Int) -> Int { 1 + size / bytesPerUnit }
}

extension PolicyWrite {
    /// A policy is put twice: as it is, and as one of its versions. Its states go with it.
    fileprivate var weight: Int {
        switch self {
        case .put(let policy, _):
            2 * Change.weight(ofBytes: policy.name.utf8.count + policy.document.snapshotSize)
        case .delete: Change.clearingWeight
        }
    }
}

extension AssignmentWrite {
    fileprivate var size: Int {
        switch self {
        case .put(let record): record.key.byteCount + record.document.snapshotSize
        case .delete(_, let key), .expire(_, let key, _): key.byteCount
        }
    }
}

extension EventDraft {
    /// What it weighs in a change.
    var weight: Int {
        func size(_ text: String?) -> Int { text?.utf8.count ?? 0 }
        let policy = size(kind) + size(name) + size(key)
        let cause = size(actor) + size(traceID) + size(reason)
        return Change.weight(
            ofBytes: size(type) + policy + cause + (data?.snapshotSize ?? 0))
    }
}
