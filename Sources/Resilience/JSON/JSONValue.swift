/// A JSON document, as specs, merge patches and events hold it.
///
/// Whole numbers that fit are kept exactly; all others are binary doubles, which are finite: what
/// reads documents refuses a number beyond their range.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue: Equatable {
    /// Strings are equal when their bytes are, so that no change of a document goes unseen.
    public static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

extension JSONValue {
    /// What this is, in words for an error message.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The members, when this is an object.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The elements, when this is an array.
    public var array: [JSONValue]? {
        if case .array(let array) = self { array } else { nil }
    }

    /// The text, when this is a string.
    public var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The truth value, when this is a boolean.
    public var bool: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    /// The whole number, when this is one; `1.0` and `1e3` are whole too, as in JSON Schema.
    public var integer: Int64? {
        switch self {
        case .integer(let integer): integer
        case .number(let number): Int64(exactly: number)
        default: nil
        }
    }

    /// The number, when this is one that is finite.
    public var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number.isFinite ? number : nil
        default: nil
        }
    }
}

extension JSONValue {
    /// How many arrays and objects are nested in one another here. The recursion ends at the depth
    /// that the readers allow.
    var height: Int {
        switch self {
        case .array(let elements): 1 + (elements.lazy.map(\.height).max() ?? 0)
        case .object(let object): 1 + (object.lazy.map(\.value.height).max() ?? 0)
        case .null, .bool, .integer, .number, .string: 0
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
}

extension JSONValue {
    /// The string, or null.
    public init(_ text: String?) { self = text.map { .string($0) } ?? .null }

    /// The whole number, or null.
    public init(_ integer: Int64?) { self = integer.map { .integer($0) } ?? .null }

    /// The whole number, or null.
    public init(_ integer: Int?) { self = integer.map { .integer(Int64($0)) } ?? .null }
}

/// A document is its own snapshot.
extension JSONValue: Snapshot {
    public var snapshot: JSONValue { self }

    /// About how many bytes its text has. O(n) in its parts.
    public var snapshotSize: Int {
        switch self {
        case .null, .bool, .integer, .number: 8
        case .string(let text): text.utf8.count + 2
        case .array(let elements): elements.reduce(2) { $0 + $1.snapshotSize + 1 }
        case .object(let object): object.snapshotSize
        }
    }

    public init?(snapshot: JSONValue) { self = snapshot }
}

extension JSONObject {
    /// About how many bytes its text has. O(n) in its parts.
    public var snapshotSize: Int {
        reduce(2) { $0 + $1.name.utf8.count + 4 + $1.value.snapshotSize }
    }
}
