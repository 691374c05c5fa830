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
