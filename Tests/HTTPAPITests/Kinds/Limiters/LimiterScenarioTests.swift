import Testing

@Suite("Limiters over HTTP")
struct LimiterScenarioTests {
    @Test("decide, and say why", arguments: scenarios, Restarts.allCases)
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
            "an allowed call spends, a denied one does not, and obeying the wait is enough",
            [
                put(
                    #"{"limits": [{"quota": 2, "period_ms": 3000}]}"#,
                    #", "when_unreachable": "deny""#),
                acquire(
                    #"{"key": "k"}"#,
                    #"""
                    {"allowed": true, "key": "k", "tier": "default", "cost": 1, "limit": 2,
                     "remaining": 1, "reset_after_ms": 1500, "retry_after_ms": null,
                     "reason": null, "waited_ms": 0, "policy_version": 1,
                     "when_unreachable": "deny"}
                    """#
                )
                .has([
                    "RateLimit-Policy": "\"default\";q=2;w=3", "RateLimit": "\"default\";r=1;t=2",
                    "Retry-After": nil,
                ]).lacks("/shadow", "/would_allow", "/limits", "/assignment"),
                acquire(
                    #"{"key": "k", "cost": 1.0}"#, #"{"remaining": 0, "reset_after_ms": 3000}"#),
                acquire(
                    #"{"key": "k"}"#,
                    #"""
                    {"allowed": false, "remaining": 0, "reset_after_ms": 3000,
                     "retry_after_ms": 1500, "reason": "rate_limited"}
                    """#
                ).has(["Retry-After": "2", "RateLimit": "\"default\";r=0;t=2"])
                    .tells(
                        #"""
                        {"type": "limiter.limited", "kind": "limiter", "name": "api", "key": "k",
                         "actor": "anonymous", "policy_version": 1, "reason": "rate_limited",
                         "data": {"retry_after_ms": 1500}}
                        """#),
                .advance(1499),
                acquire(#"{"key": "k"}"#, #"{"allowed": false, "retry_after_ms": 1}"#)
                    .has(["Retry-After": "1"]),
                .advance(1), acquire(#"{"key": "k"}"#, #"{"allowed": true, "remaining": 0}"#),
                acquire(#"{"key": "other"}"#, #"{"allowed": true, "remaining": 1}"#),
                .advance(10_000).tells(#"{"type": "limiter.recovered", "data": {"denied": 2}}"#),
            ]),
        Scenario(
            "a denial has the status that was asked for, an allowed call and a fault have not",
            [
                put(#"{"limits": [{"quota": 1, "period_ms": 1000}]}"#),
                Step(
                    "POST \(path)/acquire?deny_status=429", #"{"key": "k"}"#, 200,
                    #"{"allowed": true}"#),
                Step(
                    "POST \(path)/acquire?deny_status=429", #"{"key": "k"}"#, 429,
                    #"{"allowed": false, "retry_after_ms": 1000}"#
                ).has(["Retry-After": "1", "Content-Type": "application/json"]).tells(limited),
                Step("POST \(path)/acquire?deny_status=599", #"{"key": "k"}"#, 599)
                    .has(["Content-Type": "application/json"]),
                Step(
                    "POST \(path)/acquire?deny_status=429", #"{"key": "k", "cost": 2}"#, 429,
                    #"{"reason": "cost_exceeds_limit", "retry_after_ms": null}"#
                ).has(["Retry-After": nil]),
                Step(
                    "POST \(path)/acquire?deny_status=399", #"{"key": "k"}"#, 422,
                    #"{"errors": [{"pointer": "/query/deny_status"}]}"#),
                Step("POST \(path)/acquire?deny_status=600", #"{"key": "k"}"#, 422),
                Step("POST \(path)/acquire?deny_status=x", #"{"key": "k"}"#, 422),
            ]),
        Scenario(
            "looking spends nothing and asking about a state neither",
            [
                put(#"{"limits": [{"quota": 3, "period_ms": 3000}]}"#),
                acquire(#"{"key": "k", "cost": 0}"#, #"{"allowed": true, "remaining": 3}"#),
                Step(
                    "GET \(path)/state?key=k", nil, 200,
                    #"""
                    {"allowed": true, "key": "k", "cost": 1, "remaining": 3, "assignment": null,
                     "next_token_after_ms": null, "waited_ms": 0}
                    """#
                ).has(["RateLimit": "\"default\";r=3"]),
                Step(
                    "GET \(path)/state?key=k&cost=4", nil, 200,
                    #"{"allowed": false, "reason": "cost_exceeds_limit", "cost": 4}"#
                ).has(["Retry-After": nil]),
                Step("GET \(path)/keys", nil, 200, #"{"keys": [], "next": null}"#),
                acquire(#"{"key": "k", "cost": 3}"#, #"{"remaining": 0}"#),
                acquire(#"{"key": "k", "cost": 0}"#, #"{"allowed": true, "remaining": 0}"#),
                Step(
                    "GET \(path)/state?key=k&cost=2", nil, 200,
                    #"""
                    {"allowed": false, "retry_after_ms": 2000, "reset_after_ms": 3000,
                     "next_token_after_ms": 1000}
                    """#),
                Step(
                    "GET \(path)/keys", nil, 200,
                    #"{"keys": [{"key": "k", "remaining": 0, "allowed": false, "assignment": null}]}"#
                ),
                Step("GET \(path)/state", nil, 422, #"{"errors": [{"pointer": "/query/key"}]}"#),
                Step("GET \(path)/state?key=k&tier=none", nil, 422),
            ]),
        Scenario(
            "several limits must all pass, and nothing is spent unless all do",
            [
                put(
                    #"""
                    {"tiers": {"free": {"limits": [{"quota": 5, "period_ms": 1000},
                      {"quota": 6, "period_ms": 60000}]}}}
                    """#),
                acquire(
                    #"{"key": "k", "cost": 4}"#,
                    #"""
                    {"tier": "free", "limit": 5, "remaining": 1, "limits": [
                      {"quota": 5, "period_ms": 1000, "limit": 5, "remaining": 1,
                       "reset_after_ms": 800},
                      {"quota": 6, "period_ms": 60000, "limit": 6, "remaining": 2,
                       "reset_after_ms": 40000}]}
                    """#
                )
                .has([
                    "RateLimit-Policy": "\"free\";q=5;w=1, \"free-2\";q=6;w=60",
                    "RateLimit": "\"free\";r=1;t=1, \"free-2\";r=2;t=10",
                ]),
                .advance(1000),
                acquire(
                    #"{"key": "k", "cost": 4}"#,
                    #"""
                    {"allowed": false, "limit": 6, "remaining": 2, "retry_after_ms": 19000,
                     "limits": [{"remaining": 5}, {"remaining": 2}]}
                    """#
                ).has(["Retry-After": "19"]).tells(limited),
                acquire(#"{"key": "k", "cost": 2}"#, #"{"allowed": true, "remaining": 0}"#),
                acquire(#"{"key": "k", "cost": 6}"#, #"{"reason": "cost_exceeds_limit"}"#),
            ]),
        Scenario(
            "calendar windows are of true length and tell no window in the fields",
            [
                put(
                    #"{"algorithm": "fixed_window", "limits": [{"quota": 2, "calendar": "month"}]}"#
                ),
                acquire(#"{"key": "k"}"#, #"{"remaining": 1, "reset_after_ms": 2678400000}"#)
                    .has([
                        "RateLimit-Policy": "\"default\";q=2",
                        "RateLimit": "\"default\";r=1;t=2678400",
                    ]),
                acquire(#"{"key": "k"}"#, #"{"remaining": 0}"#), .advance(2_678_399_999),
                acquire(#"{"key": "k"}"#, #"{"allowed": false, "retry_after_ms": 1}"#)
                    .tells(limited),
                .advance(1), acquire(#"{"key": "k"}"#, #"{"reset_after_ms": 2419200000}"#),
            ]),
        Scenario(
            "the tier is the call's, else the default, and an unknown one is refused",
            [
                put(
                    #"""
                    {"tiers": {"free": {"limits": [{"quota": 1}]}, "gone": {"blocked": true},
                      "staff": {"unlimited": true}}, "default_tier": "free"}
                    """#),
                acquire(
                    #"{"key": "k", "tier": "staff", "cost": 1000000000}"#,
                    #"""
                    {"allowed": true, "tier": "staff", "limit": null, "remaining": null,
                     "reset_after_ms": null}
                    """#
                ).has(["RateLimit": nil, "RateLimit-Policy": nil]).lacks("/limits"),
                acquire(
                    #"{"key": "k", "tier": "gone", "cost": 0}"#,
                    #"""
                    {"allowed": false, "tier": "gone", "reason": "blocked", "retry_after_ms": null,
                     "limit": null, "remaining": null}
                    """#
                ).has(["RateLimit": nil, "Retry-After": nil]),
                acquire(#"{"key": "k"}"#, #"{"tier": "free", "limit": 1, "remaining": 0}"#),
                Step(
                    "POST \(path)/acquire", #"{"key": "k", "tier": "pro"}"#, 422,
                    #"{"errors": [{"pointer": "/tier"}]}"#),
                Step("POST /v1/limiters/none/acquire", #"{"key": "k"}"#, 404),
            ]),
    ]
}
