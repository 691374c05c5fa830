import Testing

@Suite("Operating limiters over HTTP")
struct LimiterOperationScenarioTests {
    @Test("is done at once, and told", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private static let path = "/v1/limiters/api"

    private static func put(_ spec: String, _ rest: String = "") -> Step {
        Step("PUT \(path)", #"{"spec": \#(spec)\#(rest)}"#, 201).tells("policy.created")
    }

    private static func acquire(_ body: String, _ answer: String) -> Step {
        Step("POST \(path)/acquire", body, 200, answer)
    }

    private static let limited = "limiter.limited"

    private static let scenarios = [
        Scenario(
            "shadow always allows and says what it would have done",
            [
                put(#"{"limits": [{"quota": 1, "period_ms": 1000}]}"#, #", "mode": "shadow""#),
                acquire(
                    #"{"key": "k"}"#,
                    #"{"allowed": true, "shadow": true, "would_allow": true, "remaining": 0}"#),
                Step(
                    "POST \(path)/acquire?deny_status=429", #"{"key": "k"}"#, 200,
                    #"""
                    {"allowed": true, "shadow": true, "would_allow": false,
                     "reason": "rate_limited", "retry_after_ms": 1000}
                    """#
                ).has(["Retry-After": nil])
                    .tells(#"{"type": "limiter.limited", "data": {"shadow": true}}"#),
                Step("GET \(path)/stats", nil, 200, #"{"totals": {"allowed": 1, "denied": 1}}"#),
            ]),
        Scenario(
            "disabled always allows and records nothing",
            [
                put(#"{"limits": [{"quota": 1, "period_ms": 1000}]}"#, #", "mode": "disabled""#),
                acquire(
                    #"{"key": "k", "cost": 9}"#,
                    #"{"allowed": true, "reason": null, "retry_after_ms": null}"#
                ).lacks("/shadow", "/would_allow"),
                acquire(#"{"key": "k"}"#, #"{"allowed": true, "remaining": 1}"#),
                Step("GET \(path)/keys", nil, 200, #"{"keys": []}"#),
                Step(
                    "GET \(path)/stats", nil, 200,
                    #"{"totals": {"allowed": 0, "denied": 0, "cost_spent": 0}}"#),
            ]),
        Scenario(
            "a refund gives back to every limit, never above full",
            [
                put(
                    #"{"limits": [{"quota": 5, "period_ms": 5000}, {"quota": 9, "period_ms": 9000}]}"#
                ),
                acquire(#"{"key": "k", "cost": 4}"#, #"{"remaining": 1}"#),
                Step(
                    "POST \(path)/refund", #"{"key": "k", "cost": 3}"#, 200,
                    #"""
                    {"key": "k", "remaining": 4, "limits": [{"remaining": 4}, {"remaining": 8}],
                     "refunded": 3, "assignment": null, "next_token_after_ms": 1000,
                     "accounts": [{"tier": "default", "limit": 5, "remaining": 4,
                                   "reset_after_ms": 1000,
                                   "limits": [{"remaining": 4}, {"remaining": 8}]}]}
                    """#
                ).with(["X-Actor": "ada"])
                    .tells(
                        #"""
                        {"type": "limiter.refunded", "key": "k", "actor": "ada",
                         "data": {"cost": 3, "refunded": 3}}
                        """#
                    ),
                Step(
                    "POST \(path)/refund", #"{"key": "k", "cost": 1000000000}"#, 200,
                    #"""
                    {"remaining": 5, "limits": [{"remaining": 5}, {"remaining": 9}],
                     "refunded": 1, "accounts": []}
                    """#
                ).tells("limiter.refunded"),
                Step(
                    "POST \(path)/refund", #"{"key": "new"}"#, 200,
                    #"{"remaining": 5, "refunded": 0}"#
                ).tells(#"{"type": "limiter.refunded", "data": {"cost": 1, "refunded": 0}}"#),
                Step(
                    "POST \(path)/refund", #"{"key": "k", "tier": "x"}"#, 422,
                    #"{"errors": [{"pointer": "/tier"}]}"#),
                Step("POST /v1/limiters/none/refund", #"{"key": "k"}"#, 404),
            ]),
        Scenario(
            "a denied call, a look and a refund of nothing change nothing, whatever the limits are",
            [
                put(#"{"limits": [{"quota": 100, "period_ms": 1000}]}"#),
                acquire(#"{"key": "k", "cost": 100}"#, #"{"allowed": true, "remaining": 0}"#),
                put(#"{"limits": [{"quota": 60, "period_ms": 1000}]}"#).status(200)
                    .tells("policy.updated"),
                acquire(#"{"key": "k"}"#, #"{"allowed": false, "limit": 60, "remaining": 0}"#)
                    .tells("limiter.limited"),
                acquire(#"{"key": "k", "cost": 0}"#, #"{"remaining": 0}"#),
                Step("POST \(path)/refund", #"{"key": "k", "cost": 0}"#, 200, #"{"refunded": 0}"#)
                    .tells("limiter.refunded"),
                put(#"{"limits": [{"quota": 100, "period_ms": 1000}]}"#).status(200)
                    .tells("policy.updated"),
                acquire(#"{"key": "k"}"#, #"{"allowed": false, "limit": 100, "remaining": 0}"#),
            ]),
        Scenario(
            "a reset puts one key or all back to the beginning, and says why",
            [
                put(#"{"limits": [{"quota": 2, "period_ms": 9000}]}"#),
                acquire(#"{"key": "a", "cost": 2}"#, #"{"remaining": 0}"#),
                acquire(#"{"key": "b"}"#, #"{"remaining": 1}"#),
                acquire(#"{"key": ""}"#, #"{"key": "", "remaining": 1}"#),
                Step(
                    "POST \(path)/reset", #"{"key": "a", "reason": "goodwill"}"#, 200,
                    #"{"reset": 1}"#
                )
                .with(["X-Actor": "ada"])
                .tells(
                    #"{"type": "limiter.reset", "key": "a", "actor": "ada", "reason": "goodwill"}"#
                ),
                acquire(#"{"key": "a", "cost": 2}"#, #"{"allowed": true, "remaining": 0}"#),
                Step("POST \(path)/reset", #"{"key": ""}"#, 200, #"{"reset": 1}"#)
                    .tells(#"{"type": "limiter.reset", "key": ""}"#),
                Step("POST \(path)/reset", #"{"key": "none"}"#, 200, #"{"reset": 0}"#)
                    .tells("limiter.reset"),
                Step("POST \(path)/reset", #"{"all": true}"#, 200, #"{"reset": 2}"#)
                    .tells(#"{"type": "limiter.reset", "key": null, "data": {"keys": 2}}"#),
                Step("GET \(path)/keys", nil, 200, #"{"keys": []}"#),
                Step("GET \(path)/keys", nil, 200, #"{"keys": []}"#).afterRestart,
                Step("POST /v1/limiters/none/reset", #"{"all": true}"#, 404),
            ]),
        Scenario(
            "a refund goes to the account of its tier",
            [
                put(
                    #"""
                    {"tiers": {"free": {"limits": [{"quota": 5, "period_ms": 5000}]},
                               "pro": {"limits": [{"quota": 9, "period_ms": 9000}]},
                               "staff": {"unlimited": true}}}
                    """#),
                acquire(#"{"key": "k", "cost": 4}"#, #"{"tier": "free", "remaining": 1}"#),
                acquire(
                    #"{"key": "k", "cost": 4, "tier": "pro"}"#, #"{"tier": "pro", "remaining": 5}"#),
                Step(
                    "POST \(path)/refund", #"{"key": "k", "cost": 9, "tier": "pro"}"#, 200,
                    #"""
                    {"tier": "pro", "limit": 9, "remaining": 9, "refunded": 4,
                     "accounts": [{"tier": "free", "remaining": 1}]}
                    """#
                ).tells(#"{"type": "limiter.refunded", "data": {"cost": 9, "tier": "pro"}}"#),
                Step(
                    "POST \(path)/refund", #"{"key": "k", "tier": null}"#, 200,
                    #"{"tier": "free", "remaining": 2, "refunded": 1}"#
                ).tells("limiter.refunded"),
                Step(
                    "POST \(path)/refund", #"{"key": "k", "tier": "staff"}"#, 200,
                    #"{"tier": "staff", "remaining": null, "refunded": 0}"#
                ).tells("limiter.refunded"),
                Step(
                    "POST \(path)/refund", #"{"key": "k", "tier": "none"}"#, 422,
                    #"{"errors": [{"pointer": "/tier"}]}"#),
            ]),
        Scenario(
            "statistics count what was decided",
            [
                put(#"{"limits": [{"quota": 2, "period_ms": 60000}]}"#),
                acquire(#"{"key": "a", "cost": 2}"#, #"{"allowed": true}"#),
                acquire(#"{"key": "a"}"#, #"{"allowed": false}"#).tells(limited),
                Step("POST \(path)/refund", #"{"key": "a"}"#).tells("limiter.refunded"),
                Step(
                    "GET \(path)/stats", nil, 200,
                    #"""
                    {"name": "api", "since_at": "2026-01-01T00:00:00.000Z",
                     "totals": {"allowed": 1, "denied": 1, "waited": 0, "refunded": 1,
                                "cost_spent": 2},
                     "last_minute": {"allowed": 1, "denied": 1, "waited": 0, "refunded": 1,
                                     "cost_spent": 2}}
                    """#),
                .advance(61_000).tells("limiter.recovered"),
                Step(
                    "GET \(path)/stats", nil, 200,
                    #"{"totals": {"allowed": 1}, "last_minute": {"allowed": 0, "denied": 0}}"#),
                Step("GET /v1/limiters/none/stats", nil, 404),
            ]),
        Scenario(
            "a changed policy keeps what was spent",
            [
                put(#"{"limits": [{"quota": 10, "period_ms": 10000}]}"#),
                acquire(#"{"key": "k", "cost": 7}"#, #"{"remaining": 3}"#),
                Step("PATCH \(path)", #"{"spec": {"limits": [{"quota": 20, "period_ms": 10000}]}}"#)
                    .tells("policy.updated"),
                acquire(#"{"key": "k"}"#, #"{"remaining": 12, "policy_version": 2}"#),
                Step("PATCH \(path)", #"{"spec": {"limits": [{"quota": 5, "period_ms": 10000}]}}"#)
                    .tells("policy.updated"),
                Step("GET \(path)/state?key=k", nil, 200, #"{"remaining": 0, "allowed": false}"#),
            ]),
    ]
}
