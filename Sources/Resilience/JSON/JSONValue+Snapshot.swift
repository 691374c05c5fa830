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
