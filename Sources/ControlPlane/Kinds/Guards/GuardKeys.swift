import Resilience

/// The keys that a guard's parts are asked about for one call.
struct GuardKeys: Sendable {
    let limiters: [ExactString]
    let bulkhead: ExactString?
    let breaker: ExactString?

    /// The keys of a call with these attributes.
    ///
    /// - Throws: ``PlaneError`` with a fault for each attribute that is missing, and for each key
    ///   that is none.
    init(_ spec: GuardPolicy, _ attributes: [String: String]) throws(PlaneError) {
        var faults: [Fault] = []
        limiters = (spec.limiters ?? []).map { Self.key($0.key, attributes, &faults) }
        bulkhead = spec.bulkhead.map { Self.key($0.key, attributes, &faults) }
        breaker = spec.breaker.map { Self.key($0.key, attributes, &faults) }
        if !faults.isEmpty { throw .invalid(faults) }
    }

    /// The line that calls with these keys wait in: each key with its length, so that no two lists
    /// of keys make the same text.
    var line: ExactString {
        let keys = limiters + [bulkhead ?? "", breaker ?? ""]
        return ExactString(keys.map { "\($0.text.utf8.count):\($0.text)" }.joined())
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
