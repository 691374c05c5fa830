/// A key, and about how many calls it made.
public struct HeavyHitter: Equatable, Sendable {
    /// Whose calls they were.
    public let key: ExactString
    /// How many there were at most.
    public internal(set) var count: Int64
    /// By how many that may be too high.
    public let error: Int64

    /// A key with its count.
    public init(key: ExactString, count: Int64, error: Int64) {
        self.key = key
        self.count = count
        self.error = error
    }
}

extension HeavyHitter {
    init?(snapshot: JSONValue) {
        guard let parts = snapshot.array, parts.count == 3, let key = parts[0].string,
            key.utf8.count <= Key.maximumBytes, let count = parts[1].integer,
            let error = parts[2].integer, error >= 0, error < count, count < 1 << 62
        else { return nil }
        self.init(key: ExactString(key), count: count, error: error)
    }
}
