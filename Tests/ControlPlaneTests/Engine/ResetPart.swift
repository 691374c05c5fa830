import Resilience

@testable import ControlPlane

/// A policy of each kind with states, two keys of which are in use.
enum ResetPart: CaseIterable {
    case limiter, strictLimiter, adaptiveLimiter, breaker, bulkhead, strictBulkhead, retry,
        timeout

    private var hasKeys: Bool { self != .retry && self != .timeout }

    /// Whether it can be reset so far, and the outcome be told by its use.
    func has(_ extent: ResetExtent) -> Bool {
        extent == .all || hasKeys && self != .adaptiveLimiter
    }

    /// A plane in which two keys of it are in use.
    func inUse() async throws -> PlaneFixture {
        let fixture = try await PlaneFixture()
        try await put(fixture)
        for key in ["a", "b"] as [ExactString] { try await use(key, fixture.plane) }
        return fixture
    }

    private var spec: (kind: Kind, spec: JSONValue) {
        let limits: JSONValue = [["quota": 10, "period_ms": 86_400_000]]
        return switch self {
        case .limiter: (LimiterPolicy.kind, ["limits": limits])
        case .strictLimiter:
            (LimiterPolicy.kind, ["limits": limits, "durability": "strict"])
        case .adaptiveLimiter:
            (
                LimiterPolicy.kind,
                [
                    "limits": limits,
                    "adaptive": [
                        "initial_per_second": 10, "min_per_second": 1, "max_per_second": 100,
                        "target_latency_ms": 10, "window_size": 10,
                    ],
                ]
            )
        case .breaker:
            (
                BreakerPolicy.kind,
                ["window": ["type": "consecutive"], "failure_threshold": 5]
            )
        case .bulkhead: (BulkheadPolicy.kind, ["max_concurrent": 2, "lease_ms": 600_000])
        case .strictBulkhead:
            (
                BulkheadPolicy.kind,
                ["max_concurrent": 2, "lease_ms": 600_000, "durability": "strict"]
            )
        case .retry: (RetryPolicy.kind, ["budget": ["window_ms": 600_000]])
        case .timeout: (TimeoutPolicy.kind, ["timeout_ms": 1000])
        }
    }

    /// Whether a use is on disk before it is answered.
    var isStrict: Bool { self == .strictLimiter || self == .strictBulkhead }

    private func put(_ fixture: PlaneFixture) async throws {
        let (kind, spec) = spec
        try await fixture.put("p", spec, kind: kind)
    }

    /// Uses a key, or what all callers share.
    func use(_ key: ExactString, _ plane: Plane) async throws {
        let caller = PlaneFixture.caller
        switch self {
        case .limiter, .strictLimiter:
            let request = LimiterRequest(key: key, cost: 4)
            _ = try await plane.limiters.acquire("p", request, by: caller)
        case .adaptiveLimiter:
            for _ in 0..<20 { _ = try plane.limiters.record("p", .milliseconds(100)) }
            _ = try await plane.limiters.acquire("p", LimiterRequest(key: key), by: caller)
        case .breaker:
            _ = try await plane.breakers.record("p", key, OutcomeReport(.failure), by: caller)
        case .bulkhead, .strictBulkhead:
            _ = try await plane.bulkheads.acquire("p", BulkheadRequest(key: key), by: caller)
        case .retry: _ = try await plane.retries.record("p", .success, attempts: 1, by: caller)
        case .timeout: _ = try await plane.timeouts.record("p", .success, .milliseconds(7))
        }
    }

    func reset(_ key: ExactString?, _ plane: Plane, reason: String? = nil) async throws -> Int {
        let caller = PlaneFixture.caller
        return switch self {
        case .limiter, .strictLimiter, .adaptiveLimiter:
            try await plane.limiters.reset("p", key, reason: reason, by: caller)
        case .breaker: try await plane.breakers.reset("p", key, reason: reason, by: caller)
        case .bulkhead, .strictBulkhead:
            try await plane.bulkheads.reset("p", key, reason: reason, by: caller)
        case .retry: try await plane.retries.reset("p", nil, reason: reason, by: caller)
        case .timeout: try await plane.timeouts.reset("p", nil, reason: reason, by: caller)
        }
    }

    /// How much use of a key is known; 0 for one that is as new.
    func used(_ key: ExactString, _ plane: Plane) throws -> Int64 {
        switch self {
        case .limiter, .strictLimiter:
            let answer = try plane.limiters.peek("p", LimiterRequest(key: key))
            return 10 - (answer.decision.tightest?.remaining ?? 0)
        case .adaptiveLimiter:
            return try plane.limiters.rate(of: "p")?.perSecond == 10 ? 0 : 1
        case .breaker:
            return try plane.breakers.view("p", key).figures.consecutiveFailures
        case .bulkhead, .strictBulkhead:
            return try plane.bulkheads.status("p", key).view.inUse
        case .retry: return try plane.retries.budget("p")?.firstAttempts ?? 0
        case .timeout: return Int64(try plane.timeouts.view("p").samples)
        }
    }
}

/// Whether one key is reset, or all are.
enum ResetExtent: CaseIterable {
    case one, all

    var key: ExactString? { self == .one ? "a" : nil }
}
