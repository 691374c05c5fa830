import Resilience

/// A part's no.
struct GuardRefusal: Sendable {
    /// Why.
    let reason: String
    /// The shortest wait after which it would allow the call; nil when that cannot be told.
    let retryAfter: Timespan?
    /// How soon it may change, if that is known.
    let soonest: Timespan?
    /// Whether no wait changes it.
    let isFinal: Bool

    init(
        _ reason: String, _ retryAfter: Timespan?, changesBefore: Bool = false,
        isFinal: Bool = false
    ) {
        self.reason = reason
        self.retryAfter = retryAfter
        soonest = changesBefore ? nil : retryAfter
        self.isFinal = isFinal
    }
}
