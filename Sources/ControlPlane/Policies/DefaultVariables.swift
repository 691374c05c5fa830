public import Resilience

/// The environment variables that stand in for members that specs leave out.
public enum DefaultVariables {
    /// The variables of all fields of `types`, each with what it takes.
    public static func known(
        _ types: [any PolicySpec.Type]
    ) -> [(name: String, field: FieldInfo)] {
        var seen: Set<String> = []
        return types.flatMap { fields(in: $0.shape(among: types)) }.filter {
            seen.insert($0.name).inserted
        }
    }

    /// The values of those that are set.
    ///
    /// - Throws: A refusal that names each variable whose value is none, and what it takes.
    public static func values(
        _ types: [any PolicySpec.Type], in environment: [String: String]
    ) throws(PlaneError) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        var faults: [String] = []
        for (name, field) in known(types) {
            guard let text = environment[name] else { continue }
            if let value = parse(text, field) {
                values[name] = value
            } else {
                faults.append("\(name) must be \(expectation(of: field)), not \"\(text)\"")
            }
        }
        if faults.isEmpty { faults = types.flatMap { contradictions(of: values, $0, types) } }
        guard faults.isEmpty else {
            throw PlaneError(.invalid, faults.joined(separator: "; "))
        }
        return values
    }

    /// What the values make wrong with an empty spec that is right without them: two that
    /// contradict each other would only be found with the first policy that leaves both out.
    private static func contradictions(
        of values: [String: JSONValue], _ type: any PolicySpec.Type,
        _ types: [any PolicySpec.Type]
    ) -> [String] {
        var plain = SpecReader(among: types)
        var reader = SpecReader(among: types, variables: values)
        guard type.resolve([:], &plain) != nil, type.resolve([:], &reader) == nil else {
            return []
        }
        return reader.faults.map { "\($0.pointer) of \(type.kind.plural) \($0.detail)" }
    }

    /// What a variable takes, in words. A list of limits is given by its quota a second.
    public static func expectation(of field: FieldInfo) -> String {
        shape(of: field).expectation
    }

    private static func parse(_ text: String, _ field: FieldInfo) -> JSONValue? {
        guard let value = shape(of: field).parse(text) else { return nil }
        guard case .list = field.shape else { return value }
        return [["quota": value, "period_ms": 1000]]
    }

    private static func shape(of field: FieldInfo) -> Shape {
        if case .list = field.shape { return .integer(Bounds.counts, unit: "") }
        return field.shape
    }

    private static func fields(in shape: Shape) -> [(name: String, field: FieldInfo)] {
        switch shape {
        case .object(let fields), .named(let fields):
            fields.flatMap { field in
                (field.variable.map { [($0, field)] } ?? []) + Self.fields(in: field.shape)
            }
        case .list(let element, _), .map(let element, _): fields(in: element)
        default: []
        }
    }
}
