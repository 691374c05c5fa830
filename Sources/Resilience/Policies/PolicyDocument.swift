/// A policy as its client writes it.
public struct PolicyDocument: SpecObject {
    /// What it is for.
    public var description = ""
    /// Words to find it by.
    public var labels: [String: String] = [:]
    /// Whether it decides, only watches, or is disabled.
    public var mode = Mode.enforce
    /// What a client should do when it cannot ask.
    public var whenUnreachable = WhenUnreachable.allow
    /// The spec, as it was written.
    public var spec: JSONValue = [:]

    public init() {}

    public static let fields: [Field<PolicyDocument>] = [
        Field("description", \.description, .text(maximumBytes: 1024), "What it is for."),
        Field(
            "labels", \.labels,
            .map(of: .text(maximumBytes: 256), minimumCount: 0, maximumCount: 64),
            "Words to find it by."),
        Field("mode", \.mode, .choice, "Whether it decides, only watches, or is disabled."),
        Field(
            "when_unreachable", \.whenUnreachable, .choice,
            "What a client should do when it cannot ask."),
        Field("spec", \.spec, .any, "What it does; each kind has its own members."),
    ]

    /// The members that the server adds; what was read can be put again, so they are ignored.
    public static let serverMembers = [
        "version", "effective", "overrides", "created_at", "updated_at", "updated_by",
    ]

    /// Reads a policy of that kind and name from a document that may name them too; where they are
    /// not known, what the document says of them is not looked at.
    public static func read(
        _ value: JSONValue, of identity: PolicyIdentity?, at pointer: JSONPointer = .root,
        _ reader: inout SpecReader
    ) -> PolicyDocument? {
        guard let members = value.object else {
            return reader.read(PolicyDocument.self, from: value, at: pointer)
        }
        let known = identity.map { [("kind", $0.kind.singular), ("name", $0.name)] } ?? []
        for (member, own) in known {
            if let told = members[member], told != .null, told != .string(own) {
                reader.fault(pointer.appending(member), "must be \"\(own)\", as in the path")
            }
        }
        let ignored = Set(serverMembers + ["kind", "name"])
        let own = members.filter { name, _ in !ignored.contains(name) }
        return reader.read(PolicyDocument.self, from: .object(own), at: pointer)
    }
}

extension Shape {
    /// The document as it is kept: without the members that count as left out, those that are
    /// null, and with whole numbers written as such, so that `1.0` is no change from `1`.
    public func pruned(_ document: JSONValue) -> JSONValue {
        switch (self, document) {
        case (.named, .string): return pruned(["name": document])
        case (.object(let fields), .object(let members)),
            (.named(let fields), .object(let members)):
            var result = members.filter { $1 != .null }
            for field in fields {
                if let value = result[field.name] { result[field.name] = field.shape.pruned(value) }
            }
            return .object(result)
        case (.integer, .number): return document.integer.map { .integer($0) } ?? document
        case (.list(let element, _), .array(let elements)):
            return .array(elements.map(element.pruned))
        case (.map(let element, _), .object(let members)):
            return .object(JSONObject(members.map { ($0.name, element.pruned($0.value)) }))
        default: return document
        }
    }
}

/// What a policy does with what it finds.
public enum Mode: String, CaseIterable, Sendable {
    /// Decides.
    case enforce
    /// Evaluates, records and tells events, but always allows.
    case shadow
    /// Always allows and records nothing.
    case disabled
}

/// What a client should do when the control plane cannot be reached.
public enum WhenUnreachable: String, CaseIterable, Sendable {
    case allow, deny
}
