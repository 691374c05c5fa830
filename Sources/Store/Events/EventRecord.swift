/// An event of the history.
public struct EventRecord: Equatable, Sendable {
    /// Its place; there are no gaps.
    public let seq: Int64
    /// What happened.
    public let event: EventDraft

    /// The number of the node that made it; 0 for a server that stands alone.
    public var node: Int64 { event.node }
}
