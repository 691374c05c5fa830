/// Why an outcome was not counted.
public enum UncountedReason: String, Sendable {
    /// The breaker was not closed when a call without a probe reported.
    case notClosed = "not_closed"
    /// The outcome itself says so.
    case ignored
    /// The permit had been settled or given back.
    case duplicate
    /// What gave the permit has changed since: what it holds is not there any more.
    case staleGeneration = "stale_generation"
    /// The permit's time was over.
    case expired
    /// The policy that gave the permit is gone.
    case gone
    /// The policy is disabled.
    case disabled
    /// The key has no state, and there was no room for one.
    case noRoom = "too_many_keys"
}
