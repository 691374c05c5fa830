/// Events that were found, and where to go on.
public struct EventPage: Sendable {
    /// The events, in the order that was asked for. They may be fewer than were asked for though
    /// there are more.
    public internal(set) var records: [EventRecord] = []
    /// The place up to which events were looked for; nil when that was to the end.
    public internal(set) var next: Int64?
}
