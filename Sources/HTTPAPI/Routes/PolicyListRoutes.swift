import ControlPlane
import HTTPTypes
import Resilience
import Yams

/// Policies across kinds: lists, files, presets.
struct PolicyListRoutes {
    var endpoints: [Endpoint] {
        [
            .read("/v1/policies", all), .read("/v1/policies/export", export),
            .admin(.post, "/v1/policies/validate", validate),
            .admin(.post, "/v1/policies/apply", apply), .read("/v1/presets", presets),
        ]
    }

    /// A page of policies, after the filter `label`.
    static func page(
        _ name: String, of entries: [PolicyEntry], _ call: Call, _ taken: Query? = nil,
        place: @escaping (PolicyEntry) -> String
    ) throws -> Reply {
        var query = taken ?? call.query
        let limit = query.limit()
        let cursor = query.cursor(of: call.path).map { ExactString($0) }
        let label = label(&query)
        try query.finish()
        let found = entries.filter { entry in
            let isLabelled = label.map { entry.document.labels[$0.name] == $0.value } ?? true
            return isLabelled && cursor.map { $0 < ExactString(place(entry)) } ?? true
        }
        return Page(found, of: call.path, limit: limit, place: place).reply(name) {
            $1.value(.object($0.rendered))
        }
    }

    private static func label(_ query: inout Query) -> (name: String, value: String)? {
        guard let text = query.text("label") else { return nil }
        guard let colon = text.firstIndex(of: ":") else {
            query.fault("label", "must be a name and a value, like team:payments")
            return nil
        }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    private func all(_ call: Call) throws -> Reply {
        var query = call.query
        let kind = query.kind(among: call.plane.policies.types)
        let entries = call.plane.policies.all(of: kind)
        return try Self.page("policies", of: entries, call, query) {
            "\($0.kind.singular)/\($0.name)"
        }
    }

    private func validate(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let body: ValidateBody = try call.read(as: [.json, .yaml])
        let faults = try await call.plane.policies.faults(in: body.policies)
        return .object { writer in
            writer.member("valid", faults.isEmpty)
            writer.name("errors")
            writer.array { writer in
                for fault in faults {
                    writer.value(
                        ["pointer": .string(fault.pointer), "detail": .string(fault.detail)])
                }
            }
        }
    }

    private func apply(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let body: PoliciesBody = try call.read(as: [.json, .yaml])
        let caller = try body.dryRun ? call.caller : call.writer()
        let changes = try await call.plane.policies.apply(
            body.policies, prune: body.prune, dryRun: body.dryRun, by: caller)
        return Reply(["changes": .array(changes.map { .object($0.rendered) })])
    }

    private func export(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let policies = call.plane.policies.all().map { JSONValue.object($0.exported) }
        let document: JSONObject = ["policies": .array(policies)]
        guard call.headers[.accept]?.contains("application/yaml") == true else {
            return Reply(document)
        }
        var reply = Reply(contentType: "application/yaml")
        let text = try Yams.serialize(node: YAMLText.node(.object(document)), allowUnicode: true)
        reply.body = Array(text.utf8)
        return reply
    }

    private func presets(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let presets = call.plane.policies.types.flatMap { type in
            type.presets.map { preset -> JSONValue in
                [
                    "kind": .string(type.kind.singular), "name": .string(preset.name),
                    "summary": .string(preset.summary), "spec": .object(preset.spec),
                ]
            }
        }
        return Reply(["presets": .array(presets), "next": .null])
    }
}

/// Policies to look at only.
struct ValidateBody: SpecObject {
    var policies: [JSONValue] = []

    static let fields: [Field<ValidateBody>] = [
        Field("policies", \.policies, .policies, isRequired: true, "The policies.")
    ]
}

/// Policies to apply.
struct PoliciesBody: SpecObject {
    var policies: [JSONValue] = []
    var prune = false
    var dryRun = false

    static let fields: [Field<PoliciesBody>] = [
        Field("policies", \.policies, .policies, isRequired: true, "The policies."),
        Field("prune", \.prune, .flag, "Whether policies that are not listed are deleted."),
        Field("dry_run", \.dryRun, .flag, "Whether nothing is to be changed."),
    ]
}
