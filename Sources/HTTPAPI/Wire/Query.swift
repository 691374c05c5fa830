import Resilience

/// The parameters of a query, each taken at most once; what is not taken is refused.
struct Query {
    private var values: [String: String] = [:]
    private var faults: [Fault] = []

    init(_ query: String?) {
        for part in (query ?? "").split(separator: "&") {
            let (rawName, rawValue) =
                part.firstIndex(of: "=").map {
                    (part[..<$0], part[part.index(after: $0)...])
                } ?? (part, "")
            guard let name = PercentCoding.decode(rawName, plusIsSpace: true),
                let value = PercentCoding.decode(rawValue, plusIsSpace: true)
            else {
                fault(String(rawName), "must be percent-encoded UTF-8")
                continue
            }
            if values.updateValue(value, forKey: name) != nil { fault(name, "is given twice") }
        }
    }

    /// Takes a text; an empty one counts as left out.
    mutating func text(_ name: String) -> String? {
        values.removeValue(forKey: name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Takes a key, which may be empty.
    mutating func key(_ name: String) -> ExactString? {
        guard let text = values.removeValue(forKey: name) else { return nil }
        if let detail = Key.fault(of: text) { fault(name, detail) }
        return ExactString(text)
    }

    /// Takes a key that must be there.
    mutating func requiredKey(_ name: String) -> ExactString {
        if let key = key(name) { return key }
        fault(name, "is required")
        return ""
    }

    /// Takes a whole number.
    mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let integer = DecimalText.integer(text), range.contains(integer) else {
            fault(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return integer
    }

    /// Takes a timestamp.
    mutating func timestamp(_ name: String) -> Instant? {
        guard let text = text(name) else { return nil }
        if let instant = Instant(timestamp: text) { return instant }
        fault(name, "must be a timestamp like 2026-01-31T12:00:00.000Z")
        return nil
    }

    /// Takes one of several words.
    mutating func choice<Value>(_ name: String, _ choices: [String: Value]) -> Value? {
        guard let text = text(name) else { return nil }
        if let value = choices[text] { return value }
        fault(name, "must be one of \(choices.keys.sorted().joined(separator: ", "))")
        return nil
    }

    /// Takes a kind, by either of its names: one of those with these specs, or a reserved one.
    mutating func kind(among types: [any PolicySpec.Type]) -> Kind? {
        let kinds = PolicyKinds.declarations(among: types).map(\.kind)
        let names = kinds.flatMap { [($0.singular, $0), ($0.plural, $0)] }
        guard let text = text("kind") else { return nil }
        if let kind = names.first(where: { $0.0 == text })?.1 { return kind }
        let words = kinds.map(\.singular).sorted().joined(separator: ", ")
        fault("kind", "must be one of \(words)")
        return nil
    }

    /// Takes the place where the list of that name goes on, as an answer before had it.
    mutating func cursor(of list: String) -> String? {
        guard let text = text("cursor") else { return nil }
        if let place = Cursor.decode(text, of: list) { return place }
        fault("cursor", "is not a cursor of this list")
        return nil
    }

    /// How many of a list are asked for.
    mutating func limit() -> Int { Int(integer("limit", in: 1...1000) ?? 100) }

    /// Notes a fault of a parameter.
    mutating func fault(_ name: String, _ detail: String) {
        let pointer = JSONPointer.root.appending("query").appending(name)
        guard faults.count < SpecReader.maximumFaults else { return }
        faults.append(Fault(pointer, detail))
    }

    /// Refuses the request when a parameter was wrong, or is one that nobody took.
    func finish() throws {
        let unknown = values.keys.sorted().prefix(SpecReader.maximumFaults).map {
            Fault(JSONPointer.root.appending("query").appending($0), "unknown parameter")
        }
        let faults = faults + unknown
        guard faults.isEmpty else {
            throw Problem.invalid(faults)
        }
    }
}
