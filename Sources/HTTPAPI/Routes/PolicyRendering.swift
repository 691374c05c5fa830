import ControlPlane
import HTTPTypes
import Resilience
import Store

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
