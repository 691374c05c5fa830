public import Resilience

/// Which events are asked for, and in what order.
public struct EventQuery: Equatable, Sendable {
    /// The singular of a kind.
    public var kind: String?
    /// A policy's name.
    public var name: String?
    /// A key.
    public var key: String?
    /// A type, all types of a family (`limiter.*`), or several of these with commas between them.
    public var type: String?
    /// Who caused it.
    public var actor: String?
    /// The trace of the call that caused it.
    public var traceID: String?
    /// Not before this time.
    public var since: Instant?
    /// Before this time.
    public var until: Instant?
    /// Only those after this place.
    public var after: Int64?
    /// Whether the oldest come first.
    public var isAscending = false
    /// Where an answer before ended: its last place, which is not repeated.
    public var cursor: Int64?
    /// How many at most.
    public var limit = 100

    /// All events, newest first.
    public init() {}

    /// Whether no event can pass the filters: those about policies of a kind are of its family, or
    /// of that of policies.
    var isContradictory: Bool {
        guard let kind, let type else { return false }
        return !type.split(separator: ",").contains { type in
            let family = type.prefix { $0 != "." }
            return family == kind || family == "policy"
        }
    }

    /// The places that after, cursor and order leave.
    var bounds: ClosedRange<Int64>? {
        var lower: Int64 = 1
        var upper = Int64.max
        for place in [after, isAscending ? cursor : nil] {
            guard let place else { continue }
            guard place < .max else { return nil }
            lower = max(lower, place + 1)
        }
        if let cursor, !isAscending {
            guard cursor > 1 else { return nil }
            upper = cursor - 1
        }
        return lower <= upper ? lower...upper : nil
    }
}

/// Events that were found, and where to go on.
public struct EventPage: Sendable {
    /// The events, in the order that was asked for. They may be fewer than were asked for though
    /// there are more.
    public internal(set) var records: [EventRecord] = []
    /// The place up to which events were looked for; nil when that was to the end.
    public internal(set) var next: Int64?
}
