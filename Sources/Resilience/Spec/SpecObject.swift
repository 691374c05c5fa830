/// A part of a policy that is read from an object whose members are declared in one list.
///
/// From the list come decoding with a pointer to every fault, defaults, overrides by environment
/// variables, the effective document, the JSON schema and the tables of the documentation.
public protocol SpecObject: Equatable, Sendable {
    /// The value with every built-in default in place.
    init()

    /// The members, in the order in which they are shown.
    static var fields: [Field<Self>] { get }

    /// The members where there are those kinds of policies: a spec that names policies of others
    /// may have members that those declare.
    static func fields(among kinds: [any PolicySpec.Type]) -> [Field<Self>]

    /// The default variables that stand for nothing in an object of these members, or in its
    /// parts: what they would fill in does not go with what is there.
    static func ignoredVariables(in members: JSONObject) -> [String]

    /// The members without whose values it cannot be told what is wrong between the others, here
    /// and in what this object is a part of; nil when that is all of them.
    ///
    /// ``check(at:_:)`` is done although another one was refused, which then has its default. So
    /// one request is told all its faults, and none that is there only because of another.
    static var decisiveMembers: Set<String>? { get }

    /// Fills in what was left out and depends on other members.
    mutating func fillDependentDefaults()

    /// Notes what is wrong between members that are each right by themselves.
    func check(at pointer: JSONPointer, _ reader: inout SpecReader)
}

extension SpecObject {
    public static func fields(among kinds: [any PolicySpec.Type]) -> [Field<Self>] { fields }

    public static func ignoredVariables(in members: JSONObject) -> [String] { [] }

    public static var decisiveMembers: Set<String>? { nil }

    public mutating func fillDependentDefaults() {}

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {}

    /// The object with all its members as a document; members that have no value are left out.
    public var document: JSONObject { document(of: Self.fields) }

    /// The object as a document with the members that it has where there are those kinds.
    public func document(among kinds: [any PolicySpec.Type]) -> JSONObject {
        document(of: Self.fields(among: kinds))
    }

    private func document(of fields: [Field<Self>]) -> JSONObject {
        var document = JSONObject()
        for field in fields {
            let value = field.write(self)
            if value != .null || field.info.showsNull { document[field.info.name] = value }
        }
        return document
    }

    /// What kind of document the type is read from.
    public static var shape: Shape { .object(fields.map(\.info)) }

    /// What kind of document the type is read from where there are those kinds.
    public static func shape(among kinds: [any PolicySpec.Type]) -> Shape {
        .object(fields(among: kinds).map(\.info))
    }
}

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
