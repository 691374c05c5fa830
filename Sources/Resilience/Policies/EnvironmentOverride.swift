/// An environment variable that sets one value inside a policy's spec.
public struct EnvironmentOverride: Hashable, Sendable {
    /// The whole name of the variable.
    public let variable: String
    /// What follows the policy's name in it: `TIERS__FREE__LIMITS__0__QUOTA`.
    public let path: String
    /// The text it is set to.
    public let text: String

    /// The variable of that name and text, whose last part is `path`.
    public init(variable: String, path: String, text: String) {
        self.variable = variable
        self.path = path
        self.text = text
    }

    /// How a name is written in a variable: upper case, with `_` for all but letters and digits.
    public static func encode(_ name: String) -> String {
        String(decoding: name.utf8.map(encode), as: UTF8.self)
    }

    private static func encode(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
    }
}

extension EnvironmentOverride {
    /// Sets the value in `document`; nil, and a fault that names the variable, when the place is
    /// not there or the text is no value for it.
    func apply(
        to document: inout JSONValue, _ shape: Shape, at pointer: JSONPointer,
        _ reader: inout SpecReader
    ) -> AppliedOverride? {
        let places = Self.places(path[...], in: shape, document)
        guard let place = places.first else {
            reader.fault(pointer, "\(variable) names a place that this policy does not have")
            return nil
        }
        guard places.count == 1 else {
            let fields = places.map { $0.steps.joined(separator: ".") }.joined(separator: ", ")
            reader.fault(pointer, "\(variable) may mean any of \(fields)")
            return nil
        }
        guard let value = place.shape.parse(text) else {
            let pointer = place.steps.reduce(pointer) { $0.appending($1) }
            reader.fault(pointer, "\(variable) must be \(place.shape.expectation)")
            return nil
        }
        document = Self.setting(value, at: place.steps[...], in: document)
        return AppliedOverride(
            field: place.steps.joined(separator: "."), variable: variable, value: value)
    }

    /// The shape of the value that a path names in any document of `shape`; nil when no document
    /// of it has such a place.
    public static func target(of path: String, in shape: Shape) -> Shape? {
        places(path[...], in: shape, nil).first?.shape
    }

    private struct Place {
        var steps: [String]
        let shape: Shape
    }

    /// The places a path may mean. Names are encoded with `_` too, so that one text can be
    /// divided in several ways; without a document every division counts.
    private static func places(_ path: Substring, in shape: Shape, _ document: JSONValue?)
        -> [Place]
    {
        switch shape {
        case .object(let fields), .named(let fields):
            return fields.flatMap { field in
                step(path, field.name, encode(field.name), field.shape, document?[field.name])
            }
        case .map(let element, _):
            guard let document else { return anyName(path, element) }
            return (document.object?.names ?? []).flatMap { name in
                step(path, name, encode(name), element, document[name])
            }
        case .list(let element, let counts):
            let indices = document.map { $0.array?.indices ?? 0..<0 } ?? 0..<counts.upperBound
            return indices.flatMap { index in
                step(path, String(index), String(index), element, document?.array?[index])
            }
        default: return []
        }
    }

    private static func step(
        _ path: Substring, _ name: String, _ encoded: String, _ shape: Shape,
        _ document: JSONValue?
    ) -> [Place] {
        if path == encoded { return [Place(steps: [name], shape: shape)] }
        guard path.hasPrefix(encoded + "__") else { return [] }
        let rest = path.dropFirst(encoded.count + 2)
        return places(rest, in: shape, document).map {
            Place(steps: [name] + $0.steps, shape: $0.shape)
        }
    }

    private static func anyName(_ path: Substring, _ element: Shape) -> [Place] {
        var found = [Place(steps: [String(path)], shape: element)]
        var end = path.startIndex
        while let next = path[end...].firstRange(of: "__") {
            found += places(path[next.upperBound...], in: element, nil).map {
                Place(steps: [String(path[..<next.lowerBound])] + $0.steps, shape: $0.shape)
            }
            end = path.index(after: next.lowerBound)
        }
        return found.reversed()
    }

    private static func setting(
        _ value: JSONValue, at steps: ArraySlice<String>, in document: JSONValue
    ) -> JSONValue {
        guard let step = steps.first else { return value }
        if case .array(var elements) = document, let index = Int(step) {
            elements[index] = setting(value, at: steps.dropFirst(), in: elements[index])
            return .array(elements)
        }
        var object = document.object ?? JSONObject()
        object[step] = setting(value, at: steps.dropFirst(), in: object[step] ?? .null)
        return .object(object)
    }
}

extension JSONValue {
    /// The member of that name, when this is an object that has it; else null.
    fileprivate subscript(name: String) -> JSONValue { object?[name] ?? .null }
}

extension Shape {
    /// The value that the text of an environment variable stands for; nil when it is none.
    /// Lists and objects are written as JSON.
    public func parse(_ text: String) -> JSONValue? {
        switch self {
        case .flag: text == "true" || text == "false" ? .bool(text == "true") : nil
        case .integer(let range, _):
            Int64(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .number(let range, let isOpen):
            Double(text).flatMap {
                range.contains($0) && !(isOpen && $0 == range.lowerBound) ? .number($0) : nil
            }
        case .choice(let words): words.contains(text) ? .string(text) : nil
        case .text, .name, .timestamp: .string(text)
        case .named: (try? JSONParser.parse(text))?.value ?? .string(text)
        case .any, .object, .list, .map, .either, .numberOrText:
            (try? JSONParser.parse(text))?.value
        }
    }

    /// What ``parse(_:)`` takes, in words.
    public var expectation: String {
        switch self {
        case .flag: "true or false"
        case .integer(let range, _):
            "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range, let isOpen):
            "a number \(isOpen ? "above" : "from") \(range.lowerBound) to \(range.upperBound)"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        case .text, .name, .timestamp: "text"
        case .named: "a name, or an object written as JSON"
        case .any, .object, .list, .map, .either, .numberOrText: "a value written as JSON"
        }
    }
}

/// An override that took effect.
public struct AppliedOverride: Equatable, Sendable {
    /// The place in the spec, its steps joined by dots.
    public let field: String
    /// The variable it came from.
    public let variable: String
    /// The value it set.
    public let value: JSONValue

    /// An override of that field by that variable.
    public init(field: String, variable: String, value: JSONValue) {
        self.field = field
        self.variable = variable
        self.value = value
    }

    /// The override as a document.
    public var document: JSONObject {
        ["field": .string(field), "variable": .string(variable), "value": value]
    }
}
