/// A policy put or deleted.
public enum PolicyWrite: Sendable {
    /// The policy as it is from now on, and what made it so.
    case put(PolicyRecord, action: String)
    /// The policy of that id is deleted, with everything that belongs to it.
    case delete(id: Int64)
}
