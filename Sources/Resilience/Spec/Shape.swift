/// What documents a member takes: enough to describe it, to check it, and to find a place in it.
public indirect enum Shape: Equatable, Sendable {
    case flag
    /// Whole numbers of `unit` (empty where they only count).
    case integer(ClosedRange<Int64>, unit: String)
    /// Numbers; the lower bound itself is excluded where `isOpen`.
    case number(ClosedRange<Double>, isOpen: Bool)
    /// One of these words.
    case choice([String])
    /// Text of at most so many bytes, without control characters.
    case text(maximumBytes: Int)
    /// A name: letters, digits, `.`, `_` and `-`.
    case name
    case timestamp
    /// Any document.
    case any
    case object([FieldInfo])
    /// An object of these members, or text alone, which stands for the object with it as `name`.
    case named([FieldInfo])
    /// What any of these takes.
    case either([Shape])
    /// A number, or text of at most so many bytes.
    case numberOrText(maximumBytes: Int)
    /// A list of so many elements.
    case list(Shape, counts: ClosedRange<Int>)
    /// An object of so many members, which are called freely, by names.
    case map(Shape, counts: ClosedRange<Int>)
}

extension Shape {
    /// The shape as JSON Schema (draft 2020-12).
    public var schema: JSONObject {
        switch self {
        case .flag: return ["type": "boolean"]
        case .integer(let range, _):
            return [
                "type": "integer", "minimum": .integer(range.lowerBound),
                "maximum": .integer(range.upperBound),
            ]
        case .number(let range, let isOpen):
            return [
                "type": "number",
                isOpen ? "exclusiveMinimum" : "minimum": .number(range.lowerBound),
                "maximum": .number(range.upperBound),
            ]
        case .choice(let words):
            return ["type": "string", "enum": .array(words.map { .string($0) })]
        case .text(let bytes): return ["type": "string", "maxLength": .integer(Int64(bytes))]
        case .name: return ["type": "string", "pattern": .string(PolicyName.pattern)]
        case .timestamp: return ["type": "string", "format": "date-time"]
        case .any: return [:]
        case .object(let fields): return Self.schema(of: fields)
        case .named(let fields):
            var schema = Self.schema(of: fields)
            schema["type"] = ["object", "string"]
            schema["pattern"] = .string(PolicyName.pattern)
            return schema
        case .either(let shapes): return ["anyOf": .array(shapes.map { .object($0.schema) })]
        case .numberOrText(let bytes):
            return ["type": ["number", "string"], "maxLength": .integer(Int64(bytes))]
        case .list(let element, let counts):
            return [
                "type": "array", "items": .object(element.schema),
                "minItems": .integer(Int64(counts.lowerBound)),
                "maxItems": .integer(Int64(counts.upperBound)),
            ]
        case .map(let element, let counts):
            return [
                "type": "object", "additionalProperties": .object(element.schema),
                "propertyNames": ["pattern": .string(PolicyName.pattern)],
                "minProperties": .integer(Int64(counts.lowerBound)),
                "maxProperties": .integer(Int64(counts.upperBound)),
            ]
        }
    }

    private static func schema(of fields: [FieldInfo]) -> JSONObject {
        var properties = JSONObject()
        for field in fields { properties[field.name] = .object(field.schema) }
        var schema: JSONObject = [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
        ]
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        return schema
    }
}

extension FieldInfo {
    /// The member as JSON Schema, with its sentence and its default.
    public var schema: JSONObject {
        var schema = shape.schema
        if !isRequired, let type = schema["type"] {
            schema["type"] = .array((type.array ?? [type]) + ["null"])
        }
        if !isRequired, case .array(let schemas)? = schema["anyOf"] {
            schema["anyOf"] = .array(schemas + [["type": "null"]])
        }
        if !isRequired, case .array(let words)? = schema["enum"] {
            schema["enum"] = .array(words + [.null])
        }
        schema["description"] = .string(summary)
        if defaultValue != .null { schema["default"] = defaultValue }
        return schema
    }
}
