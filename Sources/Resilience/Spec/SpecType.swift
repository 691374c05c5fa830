/// How values of one type are read from a document and written into one.
public struct SpecType<Value: Sendable>: Sendable {
    /// What documents it takes.
    public let shape: Shape
    let read: @Sendable (JSONValue, JSONPointer, inout SpecReader) -> Value?
    let write: @Sendable (Value) -> JSONValue
}

extension SpecType where Value == Bool {
    /// `true` or `false`.
    public static let flag = SpecType(
        shape: .flag,
        read: { value, pointer, reader in
            if value.bool == nil { reader.mismatch(pointer, value, expected: "true or false") }
            return value.bool
        },
        write: { .bool($0) })
}

extension SpecType where Value == Int64 {
    /// A whole number in `range`; `reason` says why it may not be larger, where that is asked.
    public static func integer(
        _ range: ClosedRange<Int64>, reason: String? = nil
    ) -> SpecType {
        SpecType(
            shape: .integer(range, unit: ""),
            read: { readInteger($0, $1, &$2, in: range, reason: reason) },
            write: { .integer($0) })
    }
}

extension SpecType where Value == Double {
    /// A number in `range`, without its lower bound where it `isOpen`.
    public static func number(_ range: ClosedRange<Double>, isOpen: Bool = false) -> SpecType {
        SpecType(
            shape: .number(range, isOpen: isOpen),
            read: { readNumber($0, $1, &$2, in: range, isOpen: isOpen) },
            write: { .number($0) })
    }
}

extension SpecType where Value == Timespan {
    /// A whole number of milliseconds in `range`.
    public static func milliseconds(_ range: ClosedRange<Int64>) -> SpecType {
        SpecType(
            shape: .integer(range, unit: "ms"),
            read: { readInteger($0, $1, &$2, in: range).map(Timespan.milliseconds) },
            write: { .integer($0.milliseconds) })
    }
}

extension SpecType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the cases, by its raw value.
    public static var choice: SpecType {
        let words = Value.allCases.map(\.rawValue)
        return SpecType(
            shape: .choice(words),
            read: { value, pointer, reader in
                if let choice = value.string.flatMap(Value.init(rawValue:)) { return choice }
                let quoted = words.map { "\"\($0)\"" }.joined(separator: ", ")
                reader.fault(pointer, "must be one of \(quoted)")
                return nil
            },
            write: { .string($0.rawValue) })
    }
}

extension SpecType where Value == String {
    /// Text of at most so many bytes without control characters.
    public static func text(maximumBytes: Int) -> SpecType {
        SpecType(
            shape: .text(maximumBytes: maximumBytes),
            read: { readText($0, $1, &$2, maximumBytes: maximumBytes) },
            write: { .string($0) })
    }

    /// A name as policies have it.
    public static let name = SpecType(
        shape: .name,
        read: { value, pointer, reader in
            guard let text = value.string else {
                reader.mismatch(pointer, value, expected: "a string")
                return nil
            }
            if let fault = PolicyName.fault(of: text) { reader.fault(pointer, fault) }
            return text
        },
        write: { .string($0) })
}

extension SpecType where Value == ExactString {
    /// A key: text that is compared byte for byte.
    public static let key = SpecType(
        shape: .text(maximumBytes: Key.maximumBytes),
        read: { value, pointer, reader in
            readText(value, pointer, &reader, maximumBytes: Key.maximumBytes)
                .map { ExactString($0) }
        },
        write: { .string($0.text) })
}

extension SpecType where Value == Instant {
    /// A timestamp of RFC 3339.
    public static let timestamp = SpecType(
        shape: .timestamp,
        read: { value, pointer, reader in
            if let instant = value.string.flatMap(Instant.init(timestamp:)) { return instant }
            reader.fault(pointer, "must be a timestamp like 2026-01-31T12:00:00.000Z")
            return nil
        },
        write: { .string($0.timestamp) })
}

extension SpecType where Value == JSONValue {
    /// Any document, kept as it is.
    public static let any = SpecType(shape: .any, read: { value, _, _ in value }, write: { $0 })

    /// Any document in which arrays and objects are not nested deeper than
    /// ``Bounds/documentDepth``.
    public static let shallow = SpecType(
        shape: .any,
        read: { value, pointer, reader in
            guard value.height > Bounds.documentDepth else { return value }
            reader.fault(pointer, "must not be nested deeper than \(Bounds.documentDepth)")
            return nil
        },
        write: { $0 })
}

extension SpecType where Value: SpecObject {
    /// An object with declared members.
    public static var object: SpecType {
        SpecType(
            shape: Value.shape,
            read: { value, pointer, reader in
                reader.readPart(Value.self, from: value, at: pointer)
            },
            write: { .object($0.document) })
    }
}

extension SpecType where Value: SpecObject {
    /// An object with declared members, or a string that is its member of that name.
    public static func object(orOnly member: String) -> SpecType {
        guard let field = Value.fields.first(where: { $0.info.name == member }) else {
            preconditionFailure("\(Value.self) declares no \(member)")
        }
        return SpecType(
            shape: .either([field.info.shape, Value.shape]),
            read: { value, pointer, reader in
                guard value.string != nil else {
                    if value.object == nil {
                        reader.mismatch(pointer, value, expected: "a string or an object")
                        return nil
                    }
                    return reader.readPart(Value.self, from: value, at: pointer)
                }
                var object = Value()
                field.read(value, pointer, &reader, &object)
                object.fillDependentDefaults()
                return object
            },
            write: { .object($0.document) })
    }
}

private func readInteger(
    _ value: JSONValue, _ pointer: JSONPointer, _ reader: inout SpecReader,
    in range: ClosedRange<Int64>, reason: String? = nil
) -> Int64? {
    guard case .integer = value else {
        guard case .number(let number) = value else {
            reader.mismatch(pointer, value, expected: "a whole number")
            return nil
        }
        guard number.rounded() == number else {
            reader.fault(pointer, "must be a whole number")
            return nil
        }
        let integer = value.integer ?? (number < 0 ? .min : .max)
        return bounded(integer, pointer, &reader, range, reason)
    }
    return value.integer.flatMap { bounded($0, pointer, &reader, range, reason) }
}

private func readNumber(
    _ value: JSONValue, _ pointer: JSONPointer, _ reader: inout SpecReader,
    in range: ClosedRange<Double>, isOpen: Bool
) -> Double? {
    let number: Double
    switch value {
    case .integer(let integer): number = Double(integer)
    case .number(let told): number = told
    default:
        reader.mismatch(pointer, value, expected: "a number")
        return nil
    }
    if isOpen, number <= range.lowerBound {
        reader.fault(pointer, "must be above \(range.lowerBound)")
    } else if number < range.lowerBound {
        reader.fault(pointer, "must be at least \(range.lowerBound)")
    }
    if number > range.upperBound { reader.fault(pointer, "must be at most \(range.upperBound)") }
    return number
}

private func bounded(
    _ integer: Int64, _ pointer: JSONPointer, _ reader: inout SpecReader,
    _ range: ClosedRange<Int64>, _ reason: String?
) -> Int64? {
    if integer < range.lowerBound { reader.fault(pointer, "must be at least \(range.lowerBound)") }
    if integer > range.upperBound {
        let why = reason.map { ", since \($0)" } ?? ""
        reader.fault(pointer, "must be at most \(range.upperBound)\(why)")
    }
    return range.contains(integer) ? integer : nil
}

/// Text of at most so many bytes without control characters; what is wrong with it is noted.
func readText(
    _ value: JSONValue, _ pointer: JSONPointer, _ reader: inout SpecReader, maximumBytes: Int
) -> String? {
    guard let text = value.string else {
        reader.mismatch(pointer, value, expected: "a string")
        return nil
    }
    if text.utf8.count > maximumBytes {
        reader.fault(pointer, "must be at most \(maximumBytes) bytes")
    }
    if text.containsControlCharacters {
        reader.fault(pointer, "must not contain control characters")
    }
    return text
}
