import Resilience
import Store

/// Reads what clients write into policies that can be in force.
struct PolicyReader: Sendable {
    /// The kinds there are.
    let types: [any PolicySpec.Type]
    /// Values of default variables.
    let variables: [String: JSONValue]
    /// The overrides by environment variables.
    let overrides: OverrideTable

    /// A policy that was read, and is not stored yet. All that takes long with a large one is done:
    /// what is left is done while no other change can be made.
    struct Draft: Sendable {
        let type: any PolicySpec.Type
        let name: String
        let document: PolicyDocument
        let resolution: SpecResolution
        /// How it decides, the environment's word included.
        let mode: Mode
        /// The overrides that took effect.
        let overrides: [AppliedOverride]
        /// The client's part as it is stored: without what counts as left out.
        let stored: JSONObject
        /// What its tag says of it beside the version.
        let digest: String

        var identity: PolicyIdentity { PolicyIdentity(type.kind, name) }
    }

    /// The kind of that singular or plural name.
    func type(named name: String) -> (any PolicySpec.Type)? {
        types.first { $0.kind.singular == name || $0.kind.plural == name }
    }

    /// What accompanies reading, with room for the faults there may be beside so many.
    func specReader(besideFaults count: Int = 0) -> SpecReader {
        SpecReader(
            among: types, variables: variables, room: SpecReader.maximumFaults - count)
    }

    /// Reads a policy of a known kind, changed by a merge patch where there is one; nil when it
    /// has faults. Of one whose name is not known no more than its faults can be told.
    func read(
        _ document: JSONValue, _ type: any PolicySpec.Type, name: String?,
        patch: JSONValue? = nil, at pointer: JSONPointer = .root, _ reader: inout SpecReader
    ) -> Draft? {
        var value = readingDurations(in: document, type, at: pointer, &reader)
        if let patch {
            let changes = readingDurations(in: patch, type, at: pointer, &reader)
            value = value.merging(patch: changes)
        }
        let identity = name.map { PolicyIdentity(type.kind, $0) }
        let read = PolicyDocument.read(value, of: identity, at: pointer, &reader)
        // Of a document with faults the spec is read all the same, to tell its faults too.
        let told = value.object?["spec"] ?? .null
        let spec = told == .null ? [:] : told
        let resolution = type.resolve(
            spec, overrides: identity.map { overrides.overrides(of: $0) } ?? [],
            at: pointer.appending("spec"), &reader)
        guard var document = read, let resolution, let name else { return nil }
        // As it is stored, so that it reads the same after a restart.
        document.spec = type.shape(among: types).pruned(spec)
        return draft(of: document, resolution, type, name)
    }

    private func draft(
        of document: PolicyDocument, _ resolution: SpecResolution, _ type: any PolicySpec.Type,
        _ name: String
    ) -> Draft {
        let override = overrides.mode(of: PolicyIdentity(type.kind, name))
        let mode = override?.mode ?? document.mode
        return Draft(
            type: type, name: name, document: document, resolution: resolution, mode: mode,
            overrides: (override.map { [$0.override] } ?? []) + resolution.overrides,
            stored: document.document,
            digest: EntityTag.digest(
                effective: resolution.effective, mode: mode,
                whenUnreachable: document.whenUnreachable))
    }

    /// The document of a policy, or a patch of one, with the durations of its spec as figures.
    private func readingDurations(
        in document: JSONValue, _ type: any PolicySpec.Type, at pointer: JSONPointer,
        _ reader: inout SpecReader
    ) -> JSONValue {
        guard var members = document.object, let spec = members["spec"] else { return document }
        members["spec"] = type.shape(among: types).readingDurations(
            in: spec, at: pointer.appending("spec"), &reader)
        return .object(members)
    }

    /// Where the policy of that index stands in a list as files hold it.
    static func place(_ index: Int) -> JSONPointer {
        JSONPointer.root.appending("policies").appending(index)
    }

    /// Reads a list of policies as files hold them, each at its place below `/policies`.
    func read(list: [JSONValue], _ reader: inout SpecReader) -> [Draft] {
        var seen: Set<PolicyIdentity> = []
        return list.enumerated().compactMap { index, value in
            let pointer = Self.place(index)
            guard let members = value.object else {
                reader.fault(pointer, "must be an object, not \(value.typeName)")
                return nil
            }
            let type = type(in: members, at: pointer, &reader)
            let name = name(in: members, at: pointer, &reader)
            guard let type else {
                _ = PolicyDocument.read(value, of: nil, at: pointer, &reader)
                return nil
            }
            if let name, !seen.insert(PolicyIdentity(type.kind, name)).inserted {
                reader.fault(pointer, "is in the list already")
            }
            return read(value, type, name: name, at: pointer, &reader)
        }
    }

    private func type(
        in members: JSONObject, at pointer: JSONPointer, _ reader: inout SpecReader
    ) -> (any PolicySpec.Type)? {
        let type = types.first { .string($0.kind.singular) == members["kind"] }
        if type == nil {
            let kinds = types.map { "\"\($0.kind.singular)\"" }.joined(separator: ", ")
            reader.fault(pointer.appending("kind"), "must be one of \(kinds)")
        }
        return type
    }

    private func name(
        in members: JSONObject, at pointer: JSONPointer, _ reader: inout SpecReader
    ) -> String? {
        let name = members["name"]?.string
        let fault = name.map { PolicyName.fault(of: $0) } ?? "must be a string"
        guard let fault else { return name }
        reader.fault(pointer.appending("name"), fault)
        return nil
    }

    /// Makes a policy of a draft and its record.
    func entry(_ draft: Draft, _ record: PolicyRecord) -> PolicyEntry {
        PolicyEntry(
            record: record, document: draft.document, resolution: draft.resolution,
            mode: draft.mode, overrides: draft.overrides,
            tag: EntityTag.text(version: record.version, digest: draft.digest))
    }
}
