import ArgumentParser
import Resilience

/// A kind of policy on the command line, by its singular or plural name.
struct KindArgument: ExpressibleByArgument {
    /// The kind that was named.
    let kind: Kind

    /// All kinds of the wire contract, also those that an older server does not know.
    static let kinds: [Kind] = [
        Kind(singular: "limiter", plural: "limiters"),
        Kind(singular: "breaker", plural: "breakers"),
        Kind(singular: "retry", plural: "retries"),
        Kind(singular: "bulkhead", plural: "bulkheads"),
        Kind(singular: "timeout", plural: "timeouts"),
        Kind(singular: "fallback", plural: "fallbacks"),
        Kind(singular: "cache", plural: "caches"),
        Kind(singular: "budget", plural: "budgets"),
        Kind(singular: "guard", plural: "guards"),
        Kind(singular: "check", plural: "checks"),
        Kind(singular: "recovery", plural: "recoveries"),
        Kind(singular: "alert", plural: "alerts"),
    ]

    init?(argument: String) {
        let named = Self.kinds.first { $0.singular == argument || $0.plural == argument }
        guard let named else { return nil }
        kind = named
    }

    static var allValueStrings: [String] { kinds.map(\.singular) }
}
