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
        let cursor = query.cursor().map { ExactString($0) }
        try query.finish()
        let found = try kind.states(call.plane, name, after: cursor, limit: limit + 1)
        return Page(found, limit: limit) { $0.key.text }.reply("keys") { state, writer in
            writer.object { state.write(&$0) }
        }
    }

    private func reset(_ call: Call) async throws -> Reply {
        let name = try call.name
        var query = call.query
        let key = query.key("key")
        try query.finish()
        let body: ResetBody = try call.read()
        let count = try await kind.reset(
            call.plane, name, key, reason: body.reason, by: call.caller)
        return Reply(["reset": .integer(Int64(count))])
    }

    private func stats(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        return try kind.stats(call.plane, name).reply(name, since: call.plane.startedAt)
    }
}

extension KindStats {
    /// The figures of the policy of that name.
    func reply(_ name: String, since: Instant) -> Reply {
        .object { writer in
            writer.member("name", name)
            writer.member("since_at", since.timestamp)
            for (member, figures) in [("totals", totals), ("last_minute", lastMinute)] {
                writer.name(member)
                writer.object { writer in
                    for (name, figure) in zip(names, figures) { writer.member(name, figure) }
                }
            }
        }
    }
}

/// A kind whose policies keep a state for each key.
protocol StatefulKind: Sendable {
    static var kind: Kind { get }

    /// The state of the key that a call names.
    func state(_ call: Call) throws -> Reply

    /// The states of keys after `cursor`, at most `limit`, in the order of their bytes.
    func states(
        _ plane: Plane, _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [RenderedState]

    /// Sets states back, of one key or all, and tells how many there were.
    func reset(
        _ plane: Plane, _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int

    /// What was counted.
    func stats(_ plane: Plane, _ name: String) throws -> KindStats
}

/// A key's state, ready to be written.
struct RenderedState {
    let key: ExactString
    let write: (inout JSONWriter) -> Void
}
