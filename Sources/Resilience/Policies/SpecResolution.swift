/// A spec with everything filled in: what decisions use, and where its values come from.
///
/// Precedence: override > spec > preset > default variable > built-in default. A member of the
/// spec replaces the preset's member of the same name as a whole.
public struct SpecResolution: Sendable {
    /// The typed spec.
    public let spec: any PolicySpec
    /// The same as a document.
    public let effective: JSONObject
    /// The overrides that took effect.
    public let overrides: [AppliedOverride]
}

extension PolicySpec {
    /// Resolves a spec as its client wrote it, at `pointer` of a larger document.
    ///
    /// The spec must be right by itself, and again with the overrides; nil when it is not, and
    /// then the reader holds the faults, those of an override naming its variable.
    public static func resolve(
        _ spec: JSONValue, overrides: [EnvironmentOverride] = [],
        at pointer: JSONPointer = .root.appending("spec"), _ reader: inout SpecReader
    ) -> SpecResolution? {
        guard let merged = withPreset(spec, at: pointer, &reader),
            let plain = reader.read(Self.self, from: .object(merged), at: pointer)
        else { return nil }
        guard !overrides.isEmpty else {
            return SpecResolution(
                spec: plain, effective: plain.document(among: reader.kinds), overrides: [])
        }
        // What stands for an object is written out, so that an override can reach into it.
        let shape = shape(among: reader.kinds)
        var document = shape.pruned(.object(withVariables(merged, reader)))
        var applied: [AppliedOverride] = []
        for override in overrides {
            if let one = override.apply(to: &document, shape, at: pointer, &reader) {
                applied.append(one)
            }
        }
        guard applied.count == overrides.count else { return nil }
        return resolve(overridden: document, applied, at: pointer, &reader)
    }

    private static func resolve(
        overridden document: JSONValue, _ applied: [AppliedOverride], at pointer: JSONPointer,
        _ reader: inout SpecReader
    ) -> SpecResolution? {
        var second = reader.startedAnew()
        if let spec = second.read(Self.self, from: document, at: pointer) {
            return SpecResolution(
                spec: spec, effective: spec.document(among: reader.kinds), overrides: applied)
        }
        let variables = applied.map(\.variable).joined(separator: ", ")
        for fault in second.faults {
            reader.fault(fault, "\(fault.detail) (overridden by \(variables))")
        }
        return nil
    }

    /// The members, with those lists and objects filled in that default variables stand in for, so
    /// that an override can reach into them. A single value is left to be filled in later: whether
    /// it means anything may depend on an override.
    private static func withVariables(_ members: JSONObject, _ reader: SpecReader) -> JSONObject {
        var members = members
        let ignored = ignoredVariables(in: members)
        for field in fields(among: reader.kinds) where (members[field.info.name] ?? .null) == .null
        {
            guard let variable = field.info.variable, !ignored.contains(variable),
                let value = reader.variables[variable],
                value.array != nil || value.object != nil
            else { continue }
            members[field.info.name] = value
        }
        return members
    }

    private static func withPreset(
        _ spec: JSONValue, at pointer: JSONPointer, _ reader: inout SpecReader
    ) -> JSONObject? {
        guard var members = spec.object else {
            reader.mismatch(pointer, spec, expected: "an object")
            return nil
        }
        let named = members["preset"]
        members["preset"] = nil
        guard let name = named, name != .null else { return members }
        guard let preset = presets.first(where: { .string($0.name) == name }) else {
            let names = presets.map { "\"\($0.name)\"" }.joined(separator: ", ")
            reader.fault(pointer.appending("preset"), "must be one of \(names)")
            _ = reader.readMembers(Self.self, from: members, at: pointer)
            return nil
        }
        return overlay(preset.spec, with: members.filter { $1 != .null })
    }
}
