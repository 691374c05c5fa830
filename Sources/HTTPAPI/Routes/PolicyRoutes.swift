import ControlPlane
import HTTPTypes
import Resilience
import Store

/// What every kind of policy has: reading and writing them one by one.
struct PolicyRoutes {
    let kind: Kind

    var endpoints: [Endpoint] {
        let list = "/v1/\(kind.plural)"
        let one = "\(list)/{name}"
        return [
            .read(list, all), .read(one, get), .admin(.put, one, put),
            .admin(.patch, one, patch), .admin(.delete, one, delete),
            .read("\(one)/versions", versions), .admin(.post, "\(one)/rollback", rollBack),
        ]
    }

    private func all(_ call: Call) throws -> Reply {
        try PolicyListRoutes.page(kind.plural, of: call.plane.policies.all(of: kind), call) {
            $0.name
        }
    }

    private func get(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let entry = try call.plane.policies.get(kind, call.name)
        guard !call.has(version: entry.version) else {
            var reply = Reply(status: .notModified)
            reply.headers[.eTag] = "\"\(entry.version)\""
            return reply
        }
        return entry.reply()
    }

    private func put(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let document = try call.document()
        let change = try await call.plane.policies.put(
            kind, call.name, call.precondition, by: call.caller
        ) { _ in document }
        return reply(to: change)
    }

    private func patch(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        let patch = try call.document(
            mediaTypes: ["application/json", "application/merge-patch+json"])
        guard patch.value.object != nil else {
            throw Problem.invalid("", "must be an object, not \(patch.value.typeName)")
        }
        let change = try await call.plane.policies.put(
            kind, name, call.precondition, by: call.caller
        ) { existing in
            guard let existing else {
                throw PlaneError(.notFound, "there is no \(PolicyIdentity(kind, name))")
            }
            let patched = JSONValue.object(existing.exported).merging(patch: patch.value)
            return (patched, patch.faults)
        }
        return reply(to: change)
    }

    private func delete(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        try await call.plane.policies.delete(kind, call.name, call.precondition, by: call.caller)
        return .noContent
    }

    private func versions(_ call: Call) async throws -> Reply {
        let name = try call.name
        var query = call.query
        let limit = query.limit()
        let cursor = query.cursor()
        let before = cursor.map { Int64($0) ?? 0 } ?? .max
        if before < 1 { query.fault("cursor", "is no cursor of an answer") }
        try query.finish()
        let found = try await call.plane.policies.versions(
            kind, name, before: before, limit: limit + 1)
        return Page(found, limit: limit) { String($0.version) }.reply("versions") {
            $1.value(.object($0.rendered))
        }
    }

    private func rollBack(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        let body: RollbackBody = try call.read()
        let change = try await call.plane.policies.rollBack(
            kind, name, to: body.version, reason: body.reason, call.precondition, by: call.caller)
        return reply(to: change)
    }

    private func reply(to change: PolicyChange) -> Reply {
        guard let entry = change.new else { return .noContent }
        return entry.reply(status: change.action == .created ? .created : .ok)
    }
}
