/// Why a limiter says no.
public enum DenialReason: String, Sendable {
    case rateLimited = "rate_limited"
    case costExceedsLimit = "cost_exceeds_limit"
    case blocked
}
