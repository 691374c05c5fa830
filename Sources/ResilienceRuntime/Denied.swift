public import Resilience

/// That a call was not made, because a limiter, a bulkhead or a breaker said no.
public struct Denied: Error, Sendable {
    /// Why a part says no, by the words that the server has for it.
    public enum Reason: String, Sendable {
        /// A limiter's quota is spent.
        case rateLimited = "rate_limited"
        /// The call costs more than a limit ever allows.
        case costExceedsLimit = "cost_exceeds_limit"
        /// The tier allows nothing.
        case blocked
        /// The breaker is open.
        case open
        /// The breaker is held open by hand.
        case forcedOpen = "forced_open"
        /// As many calls try the half-open breaker as may.
        case probesInFlight = "probes_in_flight"
        /// All slots of the bulkhead are taken, and nobody may wait.
        case full
        /// All slots are taken, and as many calls wait as may.
        case queueFull = "queue_full"
        /// No slot became free while the call waited.
        case waitExpired = "wait_expired"
        /// The part keeps states for as many keys as it may, and none of them is idle.
        case tooManyKeys = "too_many_keys"
        /// The key is longer than keys may be, or has control characters.
        case invalidKey = "invalid_key"
        /// The limiter has no such tier.
        case unknownTier = "unknown_tier"
    }

    /// What kind of part said no; of several the first in the order limiters, bulkhead, breaker.
    public let kind: Kind
    /// What that part is called.
    public let name: String
    /// Why.
    public let reason: Reason
    /// The shortest wait after which all that said no would allow the call; nil when that cannot
    /// be told.
    public internal(set) var retryAfter: Timespan?
    /// Which attempt was denied, the first call being 1.
    public internal(set) var attempt: Int64 = 1
    /// How the attempt before failed; nil when the first was denied.
    public internal(set) var lastFailure: (any Error)?

    init(_ kind: Kind, _ name: String, _ reason: Reason, retryAfter: Timespan? = nil) {
        (self.kind, self.name, self.reason) = (kind, name, reason)
        self.retryAfter = retryAfter
    }
}

extension Denied: CustomStringConvertible {
    public var description: String {
        let wait = retryAfter.map { ", again after \($0.millisecondsRoundedUp) ms" } ?? ""
        return "denied by \(kind.singular) \(name): \(reason.rawValue)\(wait)"
    }
}
