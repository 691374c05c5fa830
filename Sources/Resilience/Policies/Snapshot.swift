/// A state that can be written down and read again, so that it outlives the process.
public protocol Snapshot: Sendable {
    /// The state as a document.
    var snapshot: JSONValue { get }

    /// About how many bytes the document has, without making it: what waits to be written is
    /// bounded by it. O(1) but for a few parts of the state.
    var snapshotSize: Int { get }

    /// The state of a document; nil when it is none.
    init?(snapshot: JSONValue)
}

extension Snapshot {
    public var snapshotSize: Int { 256 }
}
