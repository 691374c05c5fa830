public import Resilience
import Store

/// What becomes of one policy by a write.
public struct PolicyChange: Sendable {
    /// What happens to it.
    public enum Action: String, EventName {
        case created, updated, unchanged, deleted
        case rolledBack = "rolled_back"

        public static let family = "policy"
    }

    /// What happens to it.
    public let action: Action
    /// It before; nil when it did not exist.
    public let old: PolicyEntry?
    /// It after; nil when it is deleted.
    public let new: PolicyEntry?
    /// Why, in the words of who did it.
    let reason: String?
    /// Where the policy stands in what was sent.
    var place = JSONPointer.root

    init(_ action: Action, from old: PolicyEntry?, to new: PolicyEntry?, reason: String? = nil) {
        self.action = action
        self.old = old
        self.new = new
        self.reason = reason
    }

    /// The policy.
    public var identity: PolicyIdentity {
        guard let entry = new ?? old else { preconditionFailure("a change of no policy") }
        return entry.identity
    }

    /// What differs in the client's part.
    public var differences: [JSONDifference] {
        JSONValue.differences(
            from: old.map { .object($0.record.document) } ?? .null,
            to: new.map { .object($0.record.document) } ?? .null)
    }

    var write: PolicyWrite? {
        if action == .unchanged { return nil }
        if let new { return .put(new.record, action: action.rawValue) }
        return old.map { .delete(id: $0.record.id) }
    }

    func event(by caller: Caller, at now: Instant) -> EventDraft? {
        guard action != .unchanged else { return nil }
        return EventDraft(
            action.type, at: now, actor: caller.actor, traceID: caller.traceID,
            kind: identity.kind.singular, name: identity.name, policyVersion: (new ?? old)?.version,
            reason: reason ?? caller.reason,
            data: ["changes": .array(differences.map { .object($0.document) })])
    }
}
