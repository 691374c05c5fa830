import ControlPlane
import HTTPTypes
import Resilience

/// What every kind with a state has at the same places.
struct StateRoutes<Kind: StatefulKind> {
    let kind: Kind

    var endpoints: [Endpoint] {
        let one = "/v1/\(Kind.kind.plural)/{name}"
        return [
            .decide(.get, "\(one)/state") { try kind.state($0) }, .read("\(one)/keys", keys),
            .admin(.post, "\(one)/reset", reset), .read("\(one)/stats", stats),
        ]
    }

    private func keys(_ call: Call) throws -> Reply {
        let name = try call.name
        var query = call.query
        let limit = query.limit()
        let cursor = query.cursor(of: call.path).map { ExactString($0) }
        try query.finish()
        let found = try kind.states(call.plane, name, after: cursor, limit: limit + 1)
        return Page(found, of: call.path, limit: limit) { $0.key.text }.reply("keys") {
            state, writer in
            writer.object { state.write(&$0) }
        }
    }

    private func reset(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        let body: ResetBody = try call.read()
        let count = try await kind.reset(
            call.plane, name, body.key, reason: call.reason(body.reason), by: call.caller)
        return Reply(["reset": .integer(Int64(count))])
    }

    private func stats(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        return try kind.stats(call.plane, name).reply(name, since: call.plane.startedAt)
    }
}

extension StatefulKind {
    /// The endpoints of its states.
    var stateEndpoints: [Endpoint] { StateRoutes(kind: self).endpoints }
}
