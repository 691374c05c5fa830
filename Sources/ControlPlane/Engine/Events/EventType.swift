public import Resilience

/// The types of events: what may stand in the history, and be asked for.
public enum EventType {
    /// The types of each family, which is what stands before the dot: those of policies, of each
    /// of `kinds` and those that are reserved, and of the server.
    public static func families(
        among kinds: [any PolicySpec.Type]
    ) -> [(name: String, types: [String])] {
        let policies = PolicyChange.Action.allCases.filter { $0 != .unchanged }.map(\.rawValue)
        let declared = PolicyKinds.declarations(among: kinds).filter { !$0.events.isEmpty }
        return [(PolicyChange.Action.family, policies)]
            + declared.map { ($0.kind.singular, $0.events) }
            + [(ServerEvent.family, ServerEvent.names), (AuthEvent.family, AuthEvent.names)]
    }

    /// All types among `kinds`, in whole.
    public static func all(
        among kinds: [any PolicySpec.Type] = PolicyKinds.standard
    ) -> [String] {
        families(among: kinds).flatMap { family in
            family.types.map { "\(family.name).\($0)" }
        }
    }

    /// What is wrong with `text` as a type, or as all types of a family (`limiter.*`); nil when
    /// it is one.
    public static func fault(
        of text: String, among kinds: [any PolicySpec.Type] = PolicyKinds.standard
    ) -> String? {
        let families = families(among: kinds).map { "\($0.name).*" }
        let known = all(among: kinds) + families
        guard !known.contains(text) else { return nil }
        if let nearest = Spelling.nearest(to: text, among: known) {
            return "\"\(text)\" is no type of event; meant \"\(nearest)\"?"
        }
        return "must be types of events with commas between them, such as those of "
            + families.joined(separator: ", ")
    }
}

/// What can happen to the server itself.
enum ServerEvent: String, EventName {
    case started, stopped, recovered, degraded, restored
    case tooManyKeys = "too_many_keys"

    static let family = "server"
}

/// What can happen to who asks.
enum AuthEvent: String, EventName {
    case denied

    static let family = "auth"
}
