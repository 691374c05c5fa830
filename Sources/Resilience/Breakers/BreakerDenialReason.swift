/// Why a breaker says no.
public enum BreakerDenialReason: String, Sendable {
    case open
    case forcedOpen = "forced_open"
    case probesInFlight = "probes_in_flight"
}
