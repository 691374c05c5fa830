/// A kind of policy, by its two names on the wire.
public struct Kind: Hashable, Sendable {
    /// In events, files and batches: `limiter`.
    public let singular: String
    /// In paths and variables: `limiters`.
    public let plural: String

    /// A kind of these names.
    public init(singular: String, plural: String) {
        self.singular = singular
        self.plural = plural
    }
}

/// The kinds there are, those included that a policy may name before this version has them.
extension Kind {
    public static let limiter = Kind(singular: "limiter", plural: "limiters")
    public static let breaker = Kind(singular: "breaker", plural: "breakers")
    public static let retry = Kind(singular: "retry", plural: "retries")
    public static let bulkhead = Kind(singular: "bulkhead", plural: "bulkheads")
    public static let timeout = Kind(singular: "timeout", plural: "timeouts")
    public static let fallback = Kind(singular: "fallback", plural: "fallbacks")
    public static let cache = Kind(singular: "cache", plural: "caches")
    public static let budget = Kind(singular: "budget", plural: "budgets")
    public static let `guard` = Kind(singular: "guard", plural: "guards")
    public static let check = Kind(singular: "check", plural: "checks")
    public static let recovery = Kind(singular: "recovery", plural: "recoveries")
    public static let alert = Kind(singular: "alert", plural: "alerts")

    /// All of them.
    public static let all = [
        limiter, breaker, retry, bulkhead, timeout, fallback, cache, budget, `guard`, check,
        recovery, alert,
    ]
}
