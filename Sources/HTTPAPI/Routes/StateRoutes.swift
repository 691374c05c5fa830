import ControlPlane
import HTTPTypes
import Resilience

/// What every kind with states has at the same places.
struct StateRoutes {
    let kind: any StatefulKind

    /// What is said to a request for the state of a key where there is one state for all.
    private static let isShared = "must be empty: there is one state for all callers"

    var endpoints: [Endpoint] {
        [
            .decide(.get, "\(kind.path)/state", state), .read("\(kind.path)/keys", keys),
            .admin(.post, "\(kind.path)/reset", reset),
        ]
    }

    private func state(_ call: Call) throws -> Reply {
        let name = try call.name
        var query = call.query
        let key = key(&query)
        return try kind.state(call.plane, name, key, &query).reply
    }

    private func key(_ query: inout Query) -> ExactString {
        switch kind.stateKeys {
        case .required: return query.requiredKey("key")
        case .optional: return query.key("key") ?? ""
        case .shared:
            if query.text("key") != nil { query.fault("key", Self.isShared) }
            return ""
        }
    }

    private func keys(_ call: Call) throws -> Reply {
        let name = try call.name
        var query = call.query
        let limit = query.limit()
        let cursor = query.cursor(of: call.path).map { ExactString($0) }
        try query.finish()
        let keys = try kind.policies(in: call.plane).keys(name, after: cursor, limit: limit + 1)
        let found = try keys.map { (key: $0, state: try kind.state(call.plane, name, $0)) }
        return Page(found, of: call.path, limit: limit) { $0.key.text }.reply("keys") {
            element, writer in
            writer.object { element.state.write(&$0) }
        }
    }

    private func reset(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        let body: ResetBody = try call.read()
        var key = body.key
        if case .shared = kind.stateKeys {
            if let key, key != "" { throw Problem.invalid("/key", Self.isShared) }
            key = nil
        }
        let count = try await kind.policies(in: call.plane).reset(
            name, key, reason: call.reason(body.reason), by: call.caller)
        return Reply(["reset": .integer(Int64(count))])
    }
}

extension StatefulKind {
    /// The endpoints of its states.
    var stateEndpoints: [Endpoint] { StateRoutes(kind: self).endpoints }
}

/// What is reset, and why.
struct ResetBody: SpecObject {
    var key: ExactString?
    var all = false
    var reason: String?

    static let fields: [Field<ResetBody>] = [
        Field("key", \.key, .key, "The key to reset."),
        Field("all", \.all, .flag, "Whether to reset all keys."),
        Field("reason", \.reason, .reason, "Why, for the history."),
    ]

    static let decisiveMembers: Set<String>? = ["key", "all"]

    func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if (key != nil) == all { reader.fault(pointer, "must have either key or \"all\": true") }
    }
}
