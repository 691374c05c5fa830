public import Resilience

/// Compares documents with what is expected of them.
public enum JSONMatch {
    /// What stands in an expected document where anything will do.
    public static let anything = "…"

    /// Where `actual` does not have what `expected` asks for; empty when it has.
    ///
    /// Objects may have further members, lists may not have further elements.
    public static func mismatches(
        _ expected: JSONValue, _ actual: JSONValue?, at pointer: String = ""
    ) -> [String] {
        guard let actual else { return ["\(pointer) is missing"] }
        switch (expected, actual) {
        case (.string(anything), _): return []
        case (.object(let expected), .object(let actual)):
            return expected.flatMap { name, value in
                mismatches(value, actual[name], at: "\(pointer)/\(name)")
            }
        case (.array(let expected), .array(let actual)):
            guard expected.count == actual.count else {
                return ["\(pointer) has \(actual.count) elements, not \(expected.count)"]
            }
            return zip(expected, actual).enumerated().flatMap { index, pair in
                mismatches(pair.0, pair.1, at: "\(pointer)/\(index)")
            }
        default:
            let isSame =
                expected == actual || expected.number.map { $0 == actual.number } ?? false
            return isSame ? [] : ["\(pointer) is \(actual.text), not \(expected.text)"]
        }
    }

    /// The same, of texts.
    public static func mismatches(_ expected: String, _ actual: [UInt8]) throws -> [String] {
        try mismatches(JSONParser.parse(expected).value, JSONParser.parse(actual).value)
    }
}

extension JSONValue {
    /// The value at a pointer (RFC 6901).
    public func at(_ pointer: String) -> JSONValue? {
        var value: JSONValue? = self
        for part in pointer.split(separator: "/") {
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            let elements = value?.array ?? []
            let element = Int(name).flatMap { elements.indices.contains($0) ? $0 : nil }
            value = value?.object?[name] ?? element.map { elements[$0] }
        }
        return value
    }
}
