import Resilience
import ResilienceRuntime

/// A client of the target, with all protections.
struct Prices: Sendable {
    private let upstream: Upstream
    private let breaker: Breaker
    private let connections: Bulkhead
    private let patient: Guarded
    private let quick: Guarded

    /// A client of `upstream`.
    init(_ upstream: Upstream) throws {
        let perUser = Limiter(
            "per-user",
            try LimiterPolicy { $0.limits = [LimitSpec(quota: 10, period: .seconds(3600))] })
        let connections = Bulkhead(
            "connections",
            try BulkheadPolicy {
                $0.maximumConcurrent = 4
                $0.maximumQueue = 20
                $0.maximumWait = .seconds(1)
            })
        let breaker = Breaker(
            "prices",
            try BreakerPolicy {
                $0.window = .consecutive
                $0.failureThreshold = 3
                $0.successThreshold = 1
                $0.openDuration = .milliseconds(500)
            })
        let retry = try RetryPolicy {
            $0.maximumAttempts = 3
            $0.initialDelay = .milliseconds(20)
            $0.retryOn = FailureTypes(statuses: [], errors: ["timeout", "Unavailable"])
        }

        let guarded = Guarded(
            limiters: [try Keyed(perUser, by: "{user}")], bulkhead: Keyed(connections),
            breaker: Keyed(breaker),
            timeout: Timeout(try TimeoutPolicy { $0.timeout = .seconds(5) }),
            retry: retry)

        self.upstream = upstream
        (self.breaker, self.connections, patient) = (breaker, connections, guarded)
        quick = Guarded(
            bulkhead: Keyed(connections),
            timeout: Timeout(try TimeoutPolicy { $0.timeout = .milliseconds(50) }))
    }

    /// The price, or why there is none.
    func price(for user: String) async throws -> Int {
        try await patient.run(["user": user]) { [upstream] in
            try await upstream.price()
        }
    }

    /// The price, or that of yesterday.
    func quickly(for user: String) async throws -> Int {
        try await quick.run { [upstream] in
            try await upstream.price()
        } fallback: { reason in
            print("\(reason)")
            return 41
        }
    }

    /// Where the breaker stands.
    var breakerPosition: String { breaker.view().position.rawValue }

    /// How many calls are under way.
    var inUse: Int64 { connections.view().inUse }
}
