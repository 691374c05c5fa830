/// A state that can be written down and read again, so that it outlives the process.
public protocol Snapshot: Sendable {
    /// The state as a document.
    var snapshot: JSONValue { get }

    /// The state of a document; nil when it is none.
    init?(snapshot: JSONValue)
}
