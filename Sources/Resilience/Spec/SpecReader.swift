/// What accompanies the reading of a document: the faults found so far, and the values of the
/// default variables that stand in for members left out.
public struct SpecReader: Sendable {
    /// At most so many faults are kept: past that nobody reads on, and an answer stays bounded.
    public static let maximumFaults = 100

    /// What was wrong, in the order of reading.
    public private(set) var faults: [Fault] = []
    /// How many there were, those not kept included.
    private var faultCount = 0
    /// How many of them leave a decisive member without its value.
    private var missingCount = 0
    /// Where values were refused by themselves.
    private var refusedPlaces: [String] = []
    /// Whether it is looked at what is wrong between members.
    private var isChecking = false
    /// For how many members a nearest name was looked for.
    private(set) var hintCount = 0
    /// Values of default variables, already parsed, by the variable's name; while an object is
    /// read, those that mean something to it.
    public private(set) var variables: [String: JSONValue]

    /// The kinds of policies there are, some of which others may name.
    public let kinds: [any PolicySpec.Type]
    /// How many faults are kept.
    private let room: Int
    /// For how many members a nearest name may be looked for.
    private let hintRoom: Int

    /// A reader among these kinds with these default variables set, which keeps up to `room`
    /// faults, and looks for up to `hints` names that were meant.
    public init(
        among kinds: [any PolicySpec.Type] = PolicyKinds.standard,
        variables: [String: JSONValue] = [:], room: Int = Self.maximumFaults,
        hints: Int = Self.maximumFaults
    ) {
        self.kinds = kinds
        self.variables = variables
        self.room = min(max(0, room), Self.maximumFaults)
        hintRoom = hints
    }

    /// How members are called in the document as it was written, by their pointers.
    private var writtenNames: [String: String] = [:]

    /// Records that the value at `pointer` stands elsewhere in the document as it was written.
    mutating func wasWritten(_ pointer: JSONPointer, as written: JSONPointer) {
        writtenNames[pointer.description] = written.description
    }

    /// A reader without faults of the same document.
    func startedAnew() -> SpecReader {
        var reader = SpecReader(
            among: kinds, variables: variables, room: room, hints: hintRoom)
        reader.writtenNames = writtenNames
        return reader
    }

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
        if !isChecking {
            missingCount += 1
            if refusedPlaces.count < room { refusedPlaces.append(fault.pointer) }
        } else if refusedPlaces.contains(fault.pointer) {
            // That it is missing, or has its default, comes of its being refused.
            return
        }
        guard faults.count < room else { return }
        guard let written = writtenNames[fault.pointer] else { return faults.append(fault) }
        // What was no duration is not a member that is missing besides.
        if faults.contains(where: { $0.pointer == written }) { return }
        faults.append(Fault(pointer: written, detail: fault.detail))
    }

    /// Notes that a value has the wrong type.
    mutating func mismatch(_ pointer: JSONPointer, _ value: JSONValue, expected: String) {
        fault(pointer, "must be \(expected), not \(value.typeName)")
    }

    /// Reads an object of type `Object`; nil when anything in it was wrong.
    public mutating func read<Object: SpecObject>(
        _ type: Object.Type = Object.self, from value: JSONValue, at pointer: JSONPointer = .root
    ) -> Object? {
        let faultsBefore = faultCount
        let object = readPart(type, from: value, at: pointer)
        return faultCount == faultsBefore ? object : nil
    }

    /// Reads an object that is a part of another, or that more is to be told of; nil when what is
    /// wrong around it cannot be told without it. That an object was read does not say that it has
    /// no faults: whoever reads the whole looks for them.
    public mutating func readPart<Object: SpecObject>(
        _ type: Object.Type = Object.self, from value: JSONValue, at pointer: JSONPointer = .root
    ) -> Object? {
        guard let members = value.object else {
            mismatch(pointer, value, expected: "an object")
            return nil
        }
        guard var object = readMembers(type, from: members, at: pointer) else { return nil }
        object.fillDependentDefaults()
        isChecking = true
        object.check(at: pointer, &self)
        isChecking = false
        return object
    }

    /// Reads each member by itself, without looking at what is wrong between them; nil when a
    /// decisive one has no value.
    mutating func readMembers<Object: SpecObject>(
        _ type: Object.Type, from members: JSONObject, at pointer: JSONPointer
    ) -> Object? {
        let missingBefore = missingCount
        let outerVariables = variables
        defer { variables = outerVariables }
        for name in Object.ignoredVariables(in: members) { variables[name] = nil }
        let decisive = Object.decisiveMembers
        let fields = Object.fields(among: kinds)
        refuseUnknown(members, among: fields.map(\.info.name), decisive: decisive, at: pointer)
        var object = Object()
        for field in fields {
            let place = pointer.appending(field.info.name)
            let missing = missingCount
            defer {
                if decisive?.contains(field.info.name) == false { missingCount = missing }
            }
            if wasNoDuration(place) { missingCount += 1 }
            if let value = given(field.info, in: members) {
                field.read(value, place, &self, &object)
            } else if field.info.isRequired {
                fault(place, "is required")
            }
        }
        return missingCount == missingBefore ? object : nil
    }

    /// Whether the member was written as a duration, and was none.
    private func wasNoDuration(_ place: JSONPointer) -> Bool {
        guard let written = writtenNames[place.description] else { return false }
        return refusedPlaces.contains(written)
    }

    /// The value of a member: as given, else of its default variable; null counts as left out.
    private func given(_ field: FieldInfo, in members: JSONObject) -> JSONValue? {
        if let value = members[field.name], value != .null { return value }
        return field.variable.flatMap { variables[$0] }
    }

    /// Notes every member that is not one of `names`, with the nearest name. Of those past the
    /// faults that are kept it is only known that they are there.
    ///
    /// A decisive member that may have been meant has no value then.
    public mutating func refuseUnknown(
        _ members: JSONObject, among names: [String], decisive: Set<String>? = nil,
        at pointer: JSONPointer
    ) {
        let known = Set(names.map { ExactString($0) })
        for name in members.names where !known.contains(ExactString(name)) {
            guard faults.count < room else {
                faultCount += 1
                missingCount += 1
                return
            }
            let missing = missingCount
            let isLookedFor = hintCount < hintRoom
            let nearest = isLookedFor ? Spelling.nearest(to: name, among: names) : nil
            hintCount = min(hintCount + 1, hintRoom)
            let hint = nearest.map { "; meant \"\($0)\"?" }
            fault(pointer.appending(name), "unknown member" + (hint ?? ""))
            let mayBeDecisive = nearest.map { decisive?.contains($0) ?? true } ?? !isLookedFor
            if !mayBeDecisive { missingCount = missing }
        }
    }
}
