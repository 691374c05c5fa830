/// What happened to a breaker, as events call it after the kind.
public enum BreakerEvent: String, EventName {
    case opened
    case halfOpened = "half_opened"
    case closed
    case forcedOpen = "forced_open"
    case forcedClosed = "forced_closed"
    case released
    case reset
    case probeExpired = "probe_expired"

    public static let family = Kind.breaker.singular
}
