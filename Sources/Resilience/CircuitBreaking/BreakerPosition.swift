/// Where a breaker stands.
public enum BreakerPosition: String, CaseIterable, Sendable {
    /// Calls go through and are counted.
    case closed
    /// Calls are denied until the open duration is over.
    case open
    /// A few probes go through.
    case halfOpen = "half_open"
    /// Calls are denied because someone wants it so.
    case forcedOpen = "forced_open"
    /// Calls go through, and nothing is counted, because someone wants it so.
    case forcedClosed = "forced_closed"
}

/// What someone may put a breaker into.
public enum ManualPosition: Equatable, Sendable {
    /// Closed and empty; automatic from there.
    case closed
    /// Open as of now; automatic from there.
    case open
    /// Open until that instant, or until it is released.
    case forcedOpen(until: Instant?)
    /// Closed until that instant, or until it is released.
    case forcedClosed(until: Instant?)

    /// Where the breaker stands then.
    public var position: BreakerPosition {
        switch self {
        case .closed: .closed
        case .open: .open
        case .forcedOpen: .forcedOpen
        case .forcedClosed: .forcedClosed
        }
    }

    /// Until when it is held there; nil when for good, or not at all.
    public var until: Instant? {
        switch self {
        case .closed, .open: nil
        case .forcedOpen(let until), .forcedClosed(let until): until
        }
    }
}
