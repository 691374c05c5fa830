import Resilience

/// Turns the values of an answer into the cells of a table.
enum Cell {
    /// One value: strings as they are, `-` where there is none, the empty string as `""`.
    static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null?: "-"
        case .string("")?: "\"\""
        case .string(let string)?: string
        case .some(let value): value.text
        }
    }

    /// Labels as they are asked for: `team:payments,tier:1`.
    static func labels(_ value: JSONValue?) -> String {
        guard let labels = value?.object, !labels.isEmpty else { return "-" }
        return labels.map { "\($0.name):\(text($0.value))" }.joined(separator: ",")
    }

    /// The policy that a document is about, `limiter/api`, or `-`.
    static func policy(_ document: JSONObject) -> String {
        guard let kind = document["kind"]?.string else { return "-" }
        return "\(kind)/\(text(document["name"]))"
    }

    /// All of a document, one line a value: `limits/0/quota` and `60`.
    static func fields(of document: JSONObject) -> [(name: String, value: String)] {
        fields(of: .object(document), path: "")
    }

    private static func fields(of value: JSONValue, path: String)
        -> [(name: String, value: String)]
    {
        let prefix = path.isEmpty ? "" : path + "/"
        switch value {
        case .object(let object) where !object.isEmpty:
            return object.flatMap { fields(of: $0.value, path: prefix + $0.name) }
        case .array(let elements) where !elements.isEmpty:
            return elements.enumerated().flatMap { index, element in
                fields(of: element, path: prefix + "\(index)")
            }
        default: return [(path, text(value))]
        }
    }
}
