import Resilience

/// The policies that a guard asks, and those beside it.
extension StackSimulation {
    static func policies(
        maximumConcurrent: Int64, quota: Int64, strict: Bool
    ) -> [JSONValue] {
        [
            policy(
                "limiter", "users",
                [
                    "limits": [["quota": .integer(quota), "period_ms": 60_000]],
                    "durability": .string(strict ? "strict" : "relaxed"),
                ]),
            policy(
                "limiter", "paced",
                ["algorithm": "leaky_bucket", "limits": [["quota": 30, "burst": 3]]]),
            policy(
                "limiter", "orgs",
                ["algorithm": "sliding_window", "limits": [["quota": 9, "period_ms": 30_000]]]),
            policy(
                "breaker", "up",
                [
                    "window": ["type": "count", "size": 6], "minimum_calls": 3,
                    "open_duration_ms": 20_000, "half_open_permits": 2, "success_threshold": 2,
                    "probe_timeout_ms": 15_000,
                ]),
            policy(
                "bulkhead", "slots",
                [
                    "max_concurrent": .integer(maximumConcurrent), "lease_ms": 25_000,
                    "max_queue": 4, "max_wait_ms": 40_000,
                    "durability": .string(strict ? "strict" : "relaxed"),
                ]),
            policy(
                "retry", "again",
                [
                    "max_attempts": 3,
                    "budget": ["ratio": 0.5, "min_per_second": 0.2, "window_ms": 10_000],
                ]),
            policy("timeout", "soon", ["timeout_ms": 4000, "adaptive": ["minimum_samples": 5]]),
            policy(
                "guard", "checkout",
                [
                    "limiters": [
                        ["name": "users", "key": "{user}"], ["name": "orgs", "key": "all"],
                        ["name": "paced", "key": "{user}"],
                    ],
                    "bulkhead": ["name": "slots", "key": "{host}"],
                    "breaker": ["name": "up", "key": "{host}"], "retry": "again",
                    "timeout": "soon",
                ]),
        ]
    }

    static func policy(_ kind: String, _ name: String, _ spec: JSONValue) -> JSONValue {
        ["kind": .string(kind), "name": .string(name), "spec": spec]
    }
}
