import Resilience
import Store

/// What a change of a key's state goes by besides the state.
struct Turn<Kind: PolicyKind>: Sendable {
    /// The key.
    let key: ExactString
    /// The version in force: an older one would undo what it has done to the state.
    let version: Kind.Version
    /// What the policy keeps besides the states.
    let own: Kind.Own
    /// The time, read with the state at hand: of two changes, the later never has the earlier time.
    let now: Instant
    /// Where the permit stands that is being settled.
    var standing = PermitStanding.open

    /// The policy.
    var policy: PolicyEntry { version.entry }

    /// An event about the key that `caller` caused.
    func event(
        _ type: String, by caller: Caller, _ data: JSONObject, reason: String? = nil
    ) -> EventDraft {
        EventDraft(type, policy, key, by: caller, data, reason: reason, at: now)
    }
}

extension EventDraft {
    /// An event about a policy, and a key of it, that `caller` caused.
    init(
        _ type: String, _ policy: PolicyEntry, _ key: ExactString?, by caller: Caller,
        _ data: JSONObject, reason: String? = nil, at now: Instant
    ) {
        self.init(
            type, at: now, actor: caller.actor, traceID: caller.traceID,
            kind: policy.kind.singular, name: policy.name, key: key?.text,
            policyVersion: policy.version, reason: reason, data: data)
    }
}

/// Where a permit stands before it is settled.
enum PermitStanding: Sendable {
    /// It can be settled.
    case open
    /// It was settled.
    case settled
    /// There are more marks than can be kept, so that it could be settled twice.
    case full
}
