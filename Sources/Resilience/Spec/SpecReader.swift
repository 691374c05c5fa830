/// What accompanies the reading of a document: the faults found so far, and the values of the
/// default variables that stand in for members left out.
public struct SpecReader: Sendable {
    /// At most so many faults are kept: past that nobody reads on, and an answer stays bounded.
    public static let maximumFaults = 1000

    /// What was wrong, in the order of reading.
    public private(set) var faults: [Fault] = []
    /// Values of default variables, already parsed, by the variable's name.
    public let variables: [String: JSONValue]

    /// A reader with these default variables set.
    public init(variables: [String: JSONValue] = [:]) { self.variables = variables }

    /// Notes that the value at `pointer` is wrong.
    public mutating func fault(_ pointer: JSONPointer, _ detail: String) {
        guard faults.count < Self.maximumFaults else { return }
        faults.append(Fault(pointer, detail))
    }

    /// Takes over a fault found elsewhere, told in other words.
    mutating func fault(_ fault: Fault, _ detail: String) {
        guard faults.count < Self.maximumFaults else { return }
        faults.append(Fault(pointer: fault.pointer, detail: detail))
    }

    /// Notes that a value has the wrong type.
    mutating func mismatch(_ pointer: JSONPointer, _ value: JSONValue, expected: String) {
        fault(pointer, "must be \(expected), not \(value.typeName)")
    }

    /// Reads an object of type `Object`; nil when anything in it was wrong.
    public mutating func read<Object: SpecObject>(
        _ type: Object.Type = Object.self, from value: JSONValue, at pointer: JSONPointer = .root
    ) -> Object? {
        guard let members = value.object else {
            mismatch(pointer, value, expected: "an object")
            return nil
        }
        let faultsBefore = faults.count
        refuseUnknown(members, among: Object.fields.map(\.info.name), at: pointer)
        var object = Object()
        for field in Object.fields {
            let place = pointer.appending(field.info.name)
            if let value = given(field.info, in: members) {
                field.read(value, place, &self, &object)
            } else if field.info.isRequired {
                fault(place, "is required")
            }
        }
        guard faults.count == faultsBefore else { return nil }
        object.fillDependentDefaults()
        object.check(at: pointer, &self)
        return faults.count == faultsBefore ? object : nil
    }

    /// The value of a member: as given, else of its default variable; null counts as left out.
    private func given(_ field: FieldInfo, in members: JSONObject) -> JSONValue? {
        if let value = members[field.name], value != .null { return value }
        return field.variable.flatMap { variables[$0] }
    }

    /// Notes every member that is not one of `names`, with the nearest name.
    public mutating func refuseUnknown(
        _ members: JSONObject, among names: [String], at pointer: JSONPointer
    ) {
        let known = Set(names.map { ExactString($0) })
        for name in members.names where !known.contains(ExactString(name)) {
            let hint = Spelling.nearest(to: name, among: names).map { "; meant \"\($0)\"?" }
            fault(pointer.appending(name), "unknown member" + (hint ?? ""))
        }
    }
}
