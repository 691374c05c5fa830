/// What accompanies the reading of a document: the faults found so far, and the values of the
/// default variables that stand in for members left out.
public struct SpecReader: Sendable {
    /// At most so many faults are kept: past that nobody reads on, and an answer stays bounded.
    public static let maximumFaults = 100

    /// What was wrong, in the order of reading.
    public private(set) var faults: [Fault] = []
    /// How many there were, those not kept included.
    private var faultCount = 0
    /// Values of default variables, already parsed, by the variable's name; while an object is
    /// read, those that mean something to it.
    public private(set) var variables: [String: JSONValue]

    /// A reader with these default variables set.
    public init(variables: [String: JSONValue] = [:]) { self.variables = variables }

    /// Notes that the value at `pointer` is wrong.
    public mutating func fault(_ pointer: JSONPointer, _ detail: String) {
        note(Fault(pointer, detail))
    }

    /// Takes over a fault found elsewhere, told in other words.
    mutating func fault(_ fault: Fault, _ detail: String) {
        note(Fault(pointer: fault.pointer, detail: detail))
    }

    private mutating func note(_ fault: Fault) {
        faultCount += 1
        if faults.count < Self.maximumFaults { faults.append(fault) }
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
        guard var object = readMembers(type, from: members, at: pointer) else { return nil }
        let faultsBefore = faultCount
        object.fillDependentDefaults()
        object.check(at: pointer, &self)
        return faultCount == faultsBefore ? object : nil
    }

    /// Reads each member by itself, without looking at what is wrong between them.
    mutating func readMembers<Object: SpecObject>(
        _ type: Object.Type, from members: JSONObject, at pointer: JSONPointer
    ) -> Object? {
        let faultsBefore = faultCount
        let outerVariables = variables
        defer { variables = outerVariables }
        for name in Object.ignoredVariables(in: members) { variables[name] = nil }
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
        return faultCount == faultsBefore ? object : nil
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
