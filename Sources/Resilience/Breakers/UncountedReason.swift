/// Why an outcome was not counted.
public enum UncountedReason: String, Sendable {
    /// The breaker was not closed when a call without a probe reported.
    case notClosed = "not_closed"
    /// The outcome itself says so.
    case ignored
    /// The probe had been settled or given back.
    case duplicate
    /// The breaker has changed since the call was allowed.
    case staleGeneration = "stale_generation"
    /// The permit's time was over.
    case expired
}
