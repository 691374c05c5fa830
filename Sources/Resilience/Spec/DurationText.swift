/// Durations as people write them in a spec: `1m30s`.
enum DurationText {
    /// What a text must be, as the end of a sentence about it.
    static let expectation =
        "must be digits and units like \"1m30s\": d, h, m, s, ms, each at most once, largest first"

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// The milliseconds of a text of digits and units; nil when it is none. What is beyond the
    /// range of the type is the end of it.
    static func milliseconds(_ text: String) -> Int64? {
        var rest = text.utf8[...]
        var (sum, next) = (Int64(0), 0)
        repeat {
            let digits = rest.prefix { isDigit($0) }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { !isDigit($0) }
            rest = rest.dropFirst(letters.count)
            guard !digits.isEmpty,
                let place = units[next...].firstIndex(where: {
                    $0.name.utf8.elementsEqual(letters)
                })
            else { return nil }
            let count = Int64(String(Substring(digits))) ?? .max
            sum = sum.addingClamped(count.multipliedClamped(by: units[place].milliseconds))
            next = place + 1
        } while !rest.isEmpty
        return sum
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension Shape {
    /// The document with every duration that was written as text, under the name without `_ms`,
    /// as the member in milliseconds that it stands for.
    ///
    /// It is done before anything else, so that merge patches, differences and what is stored know
    /// the members in milliseconds only. What the reader says of such a member later, it says of
    /// the member as it was written.
    public func readingDurations(
        in document: JSONValue, at pointer: JSONPointer, _ reader: inout SpecReader
    ) -> JSONValue {
        switch (self, document) {
        case (.object(let fields), .object(let members)):
            return .object(Self.readingDurations(fields, in: members, at: pointer, &reader))
        case (.list(let element, let counts), .array(let elements)):
            return .array(
                elements.enumerated().map { index, value in
                    // Those past the most there may be are refused together.
                    guard index < counts.upperBound else { return value }
                    return element.readingDurations(
                        in: value, at: pointer.appending(index), &reader)
                })
        case (.map(let element, _), .object(let members)):
            return .object(
                JSONObject(
                    members.map { name, value in
                        let place = pointer.appending(name)
                        return (name, element.readingDurations(in: value, at: place, &reader))
                    }))
        case (.either(let shapes), .object):
            guard let shape = shapes.first(where: \.isObject) else { return document }
            return shape.readingDurations(in: document, at: pointer, &reader)
        default: return document
        }
    }

    private var isObject: Bool { if case .object = self { true } else { false } }

    private static func readingDurations(
        _ fields: [FieldInfo], in members: JSONObject, at pointer: JSONPointer,
        _ reader: inout SpecReader
    ) -> JSONObject {
        let infos = fields.map { ($0.name, $0) }
        let known = Dictionary(infos) { first, _ in first }
        let durations = Dictionary(
            fields.compactMap { field in field.shortName.map { ($0, field) } }
        ) { first, _ in first }
        var result = JSONObject()
        for (name, value) in members {
            let place = pointer.appending(name)
            if let field = known[name] {
                result[name] = field.shape.readingDurations(in: value, at: place, &reader)
            } else if let field = durations[name] {
                guard members[field.name] == nil else {
                    reader.fault(place, "cannot stand beside \(field.name)")
                    continue
                }
                result[field.name] = duration(value, field, at: place, &reader)
                reader.wasWritten(pointer.appending(field.name), as: place)
            } else {
                result[name] = value
            }
        }
        return result
    }

    /// The value in milliseconds, null staying null; null, and a fault, where it is no duration.
    private static func duration(
        _ value: JSONValue, _ field: FieldInfo, at place: JSONPointer, _ reader: inout SpecReader
    ) -> JSONValue {
        switch value {
        case .null: return .null
        case .string(let text):
            if let milliseconds = DurationText.milliseconds(text) { return .integer(milliseconds) }
            reader.fault(place, DurationText.expectation)
        default:
            reader.fault(
                place,
                DurationText.expectation + "; a number of milliseconds is called \(field.name)")
        }
        return .null
    }
}

extension FieldInfo {
    /// What a duration is called when it is written as text; nil where it is none.
    fileprivate var shortName: String? {
        guard case .integer(_, unit: "ms") = shape, name.hasSuffix("_ms") else { return nil }
        return String(name.dropLast(3))
    }
}
