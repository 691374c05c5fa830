import Resilience

/// A part's no.
struct GuardRefusal: Sendable {
    /// Why.
    let reason: String
    /// The shortest wait after which it would allow the call; nil when that cannot be told.
    let retryAfter: Timespan?
    /// Whether no wait changes it.
    let isFinal: Bool

    init(_ reason: String, _ retryAfter: Timespan?, isFinal: Bool) {
        self.reason = reason
        self.retryAfter = retryAfter
        self.isFinal = isFinal
    }
}
