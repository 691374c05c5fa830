/// Why a bulkhead says no.
public enum BulkheadDenialReason: String, Sendable {
    /// All slots are taken, and nobody may wait.
    case full
    /// All slots are taken, and as many calls wait as may.
    case queueFull = "queue_full"
    /// No slot became free while the call waited.
    case waitExpired = "wait_expired"
}
