/// The place of a value in a document, after RFC 6901.
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// The pointer as text: empty for the whole document.
    public let description: String

    /// The pointer to the whole document.
    public static let root = JSONPointer(description: "")

    private init(description: String) { self.description = description }

    /// The pointer to the member of that name, with `~` and `/` escaped.
    public func appending(_ name: String) -> JSONPointer {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") })
        else { return JSONPointer(description: "\(description)/\(name)") }
        var escaped = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return JSONPointer(description: "\(description)/\(escaped)")
    }

    /// The pointer to the element at that index.
    public func appending(_ index: Int) -> JSONPointer {
        JSONPointer(description: "\(description)/\(index)")
    }

    /// The pointer to what `pointer` points to in the value that this one points to.
    public func appending(_ pointer: JSONPointer) -> JSONPointer {
        JSONPointer(description: description + pointer.description)
    }
}
