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
            .read("\(one)/versions", versions), .read("\(one)/versions/{version}", version),
            .admin(.post, "\(one)/rollback", rollBack),
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
        guard try !call.has(entry) else {
            var reply = Reply(status: .notModified)
            reply.headers[.eTag] = "\"\(entry.tag)\""
            return reply
        }
        return entry.reply()
    }

    private func put(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let document = try call.document()
        let change = try await call.plane.policies.put(
            kind, call.name, call.precondition, by: call.writer()
        ) { _ in document }
        return reply(to: change)
    }

    private func patch(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        let patch = try call.document([.json, .mergePatch])
        guard patch.value.object != nil else {
            throw Problem.invalid("", "must be an object, not \(patch.value.typeName)")
        }
        let change = try await call.plane.policies.put(
            kind, name, call.precondition, by: call.writer(), patch: patch.value
        ) { existing in
            guard let existing else {
                throw PlaneError(.notFound, "there is no \(PolicyIdentity(kind, name))")
            }
            return (.object(existing.exported), patch.faults)
        }
        return reply(to: change)
    }

    private func delete(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        try await call.plane.policies.delete(
            kind, call.name, call.precondition, by: call.writer())
        return .noContent
    }

    private func versions(_ call: Call) async throws -> Reply {
        let name = try call.name
        var query = call.query
        let limit = query.limit()
        let before = query.cursor(of: call.path).flatMap { Int64($0) } ?? .max
        try query.finish()
        let found = try await call.plane.policies.versions(
            kind, name, before: before, limit: limit + 1)
        return Page(found, of: call.path, limit: limit) { String($0.version) }.reply("versions") {
            $1.value(.object($0.rendered))
        }
    }

    private func version(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let version = try await call.plane.policies.version(
            call.integer("version"), of: kind, call.name)
        return Reply(version.rendered)
    }

    private func rollBack(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        let body: RollbackBody = try call.read()
        let writer = try call.writer(because: body.reason)
        let change = try await call.plane.policies.rollBack(
            kind, name, to: body.version, reason: writer.reason, call.precondition, by: writer)
        return reply(to: change)
    }

    private func reply(to change: PolicyChange) -> Reply {
        guard let entry = change.new else { return .noContent }
        return entry.reply(status: change.action == .created ? .created : .ok)
    }
}

/// Which version to go back to.
struct RollbackBody: SpecObject {
    var version: Int64 = 0
    var reason: String?

    static let fields: [Field<RollbackBody>] = [
        Field("version", \.version, .integer(1...(.max)), isRequired: true, "The old version."),
        Field("reason", \.reason, .reason, "Why, for the history."),
    ]
}

extension PolicyEntry {
    /// The policy as clients read it.
    var rendered: JSONObject {
        exported.overlaid(by: [
            "version": .integer(version), "effective": .object(resolution.effective),
            "overrides": .array(overrides.map { .object($0.document) }),
            "created_at": .string(record.createdAt.timestamp),
            "updated_at": .string(record.updatedAt.timestamp),
            "updated_by": .string(record.updatedBy),
        ])
    }

    /// The policy as an answer, with its entity tag.
    func reply(status: HTTPResponse.Status = .ok) -> Reply {
        var reply = Reply(rendered, status: status)
        reply.headers[.eTag] = "\"\(tag)\""
        return reply
    }
}

extension VersionRecord {
    /// The version as clients read it.
    var rendered: JSONObject {
        JSONObject([
            ("version", .integer(version)), ("action", .string(action)),
            ("created_at", .string(createdAt.timestamp)), ("created_by", .string(createdBy)),
        ]).overlaid(by: document)
    }
}

extension PolicyChange {
    /// The change as clients read it.
    var rendered: JSONObject {
        [
            "kind": .string(identity.kind.singular), "name": .string(identity.name),
            "action": .string(action.rawValue),
            "diff": .array(differences.map { .object($0.document) }),
        ]
    }
}
