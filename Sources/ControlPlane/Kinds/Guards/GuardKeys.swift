import Resilience

/// The parts of a guard that decide on one call, with the keys that they are asked about.
struct GuardKeys: Sendable {
    /// The parts, in the order in which they are asked.
    let parts: [(kind: any GuardedRuntime, name: String, key: ExactString)]
    private let hasRepeats: Bool

    /// The keys of a call with these attributes.
    ///
    /// - Throws: ``PlaneError`` with a fault for each attribute that is missing, and for each key
    ///   that is none.
    init(
        _ version: GuardVersion, _ attributes: [String: String], among kinds: KindDirectory
    ) throws(PlaneError) {
        var faults: [Fault] = []
        hasRepeats = version.hasRepeats
        parts = version.parts.compactMap { kind, _, part in
            guard let runtime = kinds.guarded(kind) else { return nil }
            return (runtime, part.name, Self.key(part.key, attributes, &faults))
        }
        if !faults.isEmpty { throw .invalid(faults) }
    }

    /// The line that calls with these keys wait in: each key with its length, so that no two lists
    /// of keys make the same text.
    var line: ExactString {
        ExactString(parts.map { "\($0.key.text.utf8.count):\($0.key.text)" }.joined())
    }

    /// How many of the parts are asked about the same key of the same policy as that one. O(n)
    /// where the guard names a policy several times.
    func times(of part: (kind: any GuardedRuntime, name: String, key: ExactString)) -> Int64 {
        guard hasRepeats else { return 1 }
        return Int64(
            parts.count { $0.kind === part.kind && $0.name == part.name && $0.key == part.key })
    }

    private static func key(
        _ template: KeyTemplate, _ attributes: [String: String], _ faults: inout [Fault]
    ) -> ExactString {
        let place = JSONPointer.root.appending("attributes")
        do throws(KeyTemplate.Failure) {
            return try template.key(from: attributes)
        } catch {
            let fault =
                switch error {
                case .missing(let name):
                    Fault(place.appending(name), "is required by the guard")
                case .unusable(let detail):
                    Fault(place, "make a key of \"\(template.text)\" that \(detail)")
                }
            if !faults.contains(fault) { faults.append(fault) }
        }
        return ""
    }
}
