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
