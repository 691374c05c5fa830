extension SpecObject {
    /// A spec made in code: `try BulkheadPolicy { $0.maximumConcurrent = 4 }`.
    ///
    /// What is left out gets its default, and every figure is held to its range, just as in a
    /// document. `init()` does neither, so what it makes is not ready to be decided by. Spans are
    /// taken in whole milliseconds, as documents have them.
    ///
    /// - Parameter configure: sets what is to be other than the default.
    /// - Throws: Everything that is wrong, with pointers to the members as documents call them.
    public init(_ configure: (inout Self) -> Void) throws(InvalidSpec) {
        var spec = Self()
        configure(&spec)
        var reader = SpecReader()
        guard let complete = reader.read(Self.self, from: .object(spec.document)) else {
            throw InvalidSpec(reader.faults)
        }
        self = complete
    }
}

extension PolicySpec {
    /// The policy of a JSON document: what the `spec` of a policy is on the server, presets
    /// included.
    ///
    /// - Throws: Everything that is wrong, with a pointer to each fault.
    public init(json text: String) throws(InvalidSpec) {
        let document: JSONParser.Document
        do throws(JSONSyntaxError) { document = try JSONParser.parse(text) } catch {
            throw InvalidSpec([Fault(.root, "is no JSON: \(error)")])
        }
        var reader = SpecReader()
        for pointer in document.duplicates { reader.fault(pointer, "is given twice") }
        let spec = Self.shape.readingDurations(in: document.value, at: .root, &reader)
        let resolved = Self.resolve(spec, at: .root, &reader)
        guard reader.faults.isEmpty, let spec = resolved?.spec as? Self else {
            throw InvalidSpec(reader.faults)
        }
        self = spec
    }
}
