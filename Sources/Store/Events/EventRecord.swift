/// An event of the history.
public struct EventRecord: Equatable, Sendable {
    /// Its place; there are no gaps.
    public let seq: Int64
    /// What happened.
    public let event: EventDraft
}
