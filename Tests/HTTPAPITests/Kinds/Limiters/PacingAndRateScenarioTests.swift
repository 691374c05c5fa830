import Testing

@Suite("Leaky, adaptive and strict limiters over HTTP")
struct PacingAndRateScenarioTests {
    @Test(
        "do what they say, also with a restart between every two steps",
        arguments: scenarios, Restarts.allCases)
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

    private static func took(_ milliseconds: Int, _ answer: String) -> Step {
        Step("POST \(path)/outcomes", #"{"duration_ms": \#(milliseconds)}"#, 200, answer)
    }

    private static func refused(_ spec: String, _ pointer: String) -> Step {
        Step(
            "PUT \(path)", #"{"spec": \#(spec)}"#, 422,
            #"{"errors": [{"pointer": "/spec\#(pointer)"}]}"#)
    }

    private static let limited = "limiter.limited"
    private static let rate =
        #"""
        "adaptive": {"initial_per_second": 10, "min_per_second": 5, "max_per_second": 20,
                     "target_latency_ms": 100, "window_size": 2}
        """#

    private static let scenarios = [
        Scenario(
            "a leaky bucket tells each call when to begin, and denies what would begin too late",
            [
                put(
                    #"""
                    {"algorithm": "leaky_bucket",
                     "limits": [{"quota": 3, "period_ms": 1000, "burst": 3}]}
                    """#),
                acquire(
                    #"{"key": "k"}"#,
                    #"""
                    {"allowed": true, "limit": 3, "remaining": 2, "reset_after_ms": 334,
                     "retry_after_ms": null, "waited_ms": 0, "delay_ms": 0}
                    """#
                ).has([
                    "RateLimit-Policy": "\"default\";q=3;w=1", "RateLimit": "\"default\";r=2;t=1",
                ]),
                Step(
                    "GET \(path)/state?key=k", nil, 200,
                    #"{"allowed": true, "delay_ms": 333, "next_token_after_ms": 334}"#),
                acquire(#"{"key": "k"}"#, #"{"allowed": true, "delay_ms": 333}"#),
                acquire(
                    #"{"key": "k"}"#,
                    #"{"allowed": true, "delay_ms": 666, "remaining": 0, "reset_after_ms": 1000}"#),
                acquire(
                    #"{"key": "k"}"#,
                    #"""
                    {"allowed": false, "delay_ms": null, "remaining": 0, "retry_after_ms": 334,
                     "reason": "rate_limited"}
                    """#
                ).has(["Retry-After": "1"]).tells(limited),
                acquire(
                    #"{"key": "k", "cost": 4}"#,
                    #"{"allowed": false, "delay_ms": null, "reason": "cost_exceeds_limit"}"#
                ).has(["Retry-After": nil]),
                .advance(334), acquire(#"{"key": "k"}"#, #"{"allowed": true, "delay_ms": 666}"#),
                acquire(#"{"key": "k", "cost": 0}"#, #"{"allowed": true, "delay_ms": 0}"#),
                .advance(1000).tells("limiter.recovered"),
                acquire(#"{"key": "k", "cost": 3}"#, #"{"allowed": true, "delay_ms": 0}"#),
                Step("POST \(path)/refund", #"{"key": "k", "cost": 2}"#, 200, #"{"delay_ms": 333}"#)
                    .tells("limiter.refunded"),
            ]),
        Scenario(
            "a leaky bucket lets one after another go where no burst is said, and waits for slots",
            [
                put(
                    #"{"algorithm": "leaky_bucket", "limits": [{"quota": 1000, "period_ms": 1000}]}"#
                ),
                Step("GET \(path)", nil, 200, #"{"effective": {"limits": [{"burst": 1}]}}"#),
                acquire(#"{"key": "k"}"#, #"{"allowed": true, "limit": 1, "delay_ms": 0}"#),
                acquire(#"{"key": "k"}"#, #"{"allowed": false, "retry_after_ms": 1}"#)
                    .tells(limited),
                .advance(1000).tells("limiter.recovered"),
                acquire(#"{"key": "k", "wait_ms": 60000}"#, #"{"allowed": true, "waited_ms": 0}"#),
            ]),
        Scenario(
            "without enforcement a leaky bucket delays nobody",
            [
                put(
                    #"{"algorithm": "leaky_bucket", "limits": [{"quota": 1, "burst": 2}]}"#,
                    #", "mode": "shadow""#),
                acquire(#"{"key": "k"}"#, #"{"delay_ms": 0, "would_allow": true}"#),
                acquire(#"{"key": "k"}"#, #"{"delay_ms": 0, "would_allow": true}"#),
                acquire(
                    #"{"key": "k"}"#, #"{"allowed": true, "delay_ms": 0, "would_allow": false}"#
                ).tells(limited),
                Step("PATCH \(path)", #"{"mode": "disabled"}"#).tells("policy.updated"),
                acquire(#"{"key": "k"}"#, #"{"allowed": true, "delay_ms": 0}"#),
            ]),
        Scenario(
            "an adaptive limiter is slower while calls take long, and quicker while they do not",
            [
                put(#"{"limits": [{"quota": 10, "period_ms": 1000}], \#(rate)}"#),
                Step(
                    "GET \(path)/state?key=k", nil, 200,
                    #"{"rate_per_second": 10.0, "limit": 10, "remaining": 10}"#
                ).lacks("/delay_ms"),
                acquire(#"{"key": "k", "cost": 10}"#, #"{"remaining": 0, "reset_after_ms": 1000}"#)
                    .lacks("/rate_per_second", "/delay_ms"),
                took(121, #"{"rate_per_second": 9.0, "samples": 1}"#),
                took(121, #"{"rate_per_second": 8.1, "samples": 2}"#),
                acquire(
                    #"{"key": "k"}"#, #"{"allowed": false, "retry_after_ms": 124}"#
                ).has([
                    "RateLimit-Policy": "\"default\";q=8100;w=1000",
                    "RateLimit": "\"default\";r=0;t=1",
                ]).tells(limited),
                took(120, #"{"rate_per_second": 7.29, "samples": 2}"#),
                took(120, #"{"rate_per_second": 7.29}"#), took(79, #"{"rate_per_second": 7.29}"#),
                took(79, #"{"rate_per_second": 7.6545}"#),
                Step("GET \(path)/keys", nil, 200, #"{"keys": [{"rate_per_second": 7.6545}]}"#),
                .advance(1000).tells("limiter.recovered"),
                Step("GET \(path)/state?key=k", nil, 200, #"{"remaining": 7}"#),
                Step("POST \(path)/reset", #"{"key": "k"}"#, 200, #"{"reset": 1}"#)
                    .tells("limiter.reset"),
                Step("GET \(path)/state?key=k", nil, 200, #"{"rate_per_second": 7.6545}"#),
                Step("POST \(path)/reset", #"{"all": true}"#, 200, #"{"reset": 0}"#).tells(
                    "limiter.reset"),
                Step("GET \(path)/state?key=k", nil, 200, #"{"rate_per_second": 10.0}"#),
            ]),
        Scenario(
            "an adaptive limiter keeps within its bounds, also when they are changed",
            [
                put(#"{"limits": [{"quota": 10}], \#(rate)}"#),
                Step(
                    "PATCH \(path)", #"{"spec": {"adaptive": {"min_per_second": 9.5}}}"#, 200,
                    #"{"effective": {"adaptive": {"min_per_second": 9.5, "window_size": 2}}}"#
                ).tells("policy.updated"),
                took(1000, #"{"rate_per_second": 9.5}"#),
                took(1000, #"{"rate_per_second": 9.5, "samples": 2}"#),
                Step("PATCH \(path)", #"{"spec": {"adaptive": null}}"#).tells("policy.updated"),
                Step("POST \(path)/outcomes", #"{"duration_ms": 1}"#, 409)
                    .has(["Content-Type": "application/problem+json"]),
                Step("GET \(path)/state?key=k", nil, 200).lacks("/rate_per_second"),
                Step("POST /v1/limiters/none/outcomes", #"{"duration_ms": 1}"#, 404),
                Step(
                    "POST \(path)/outcomes", #"{"duration_ms": -1}"#, 422,
                    #"{"errors": [{"pointer": "/duration_ms"}]}"#),
                Step("POST \(path)/outcomes", "{}", 422),
                Step("POST \(path)/outcomes", #"{"duration_ms": 1, "outcome": "good"}"#, 422),
                Step("POST \(path)/outcomes?key=k", #"{"duration_ms": 1}"#, 422),
            ]),
        Scenario(
            "what a guard settles, an adaptive limiter learns from, once for each call",
            [
                put(#"{"limits": [{"quota": 10}], \#(rate)}"#),
                Step(
                    "PUT /v1/guards/g",
                    #"""
                    {"spec": {"limiters": [{"name": "api", "key": "{user}"},
                                           {"name": "api", "key": "all"}]}}
                    """#, 201
                ).tells("policy.created"),
                Step("POST /v1/guards/g/acquire", #"{"attributes": {"user": "1"}}"#)
                    .keeps("/permit", as: "permit"),
                Step(
                    "POST /v1/permits/<permit>/outcome",
                    #"{"outcome": "success", "duration_ms": 500}"#),
                Step(
                    "POST /v1/permits/<permit>/outcome",
                    #"{"outcome": "success", "duration_ms": 500}"#, 200,
                    #"{"counted": false, "reason": "duplicate"}"#),
                Step("GET \(path)/state?key=1", nil, 200, #"{"rate_per_second": 9.0}"#),
            ]),
        Scenario(
            "what can never work is refused with the reason",
            [
                refused(#"{"limits": [{}, {}], \#(rate)}"#, "/adaptive"),
                refused(#"{"algorithm": "leaky_bucket", "limits": [{}], \#(rate)}"#, "/adaptive"),
                refused(#"{"refill": "interval", "limits": [{}], \#(rate)}"#, "/adaptive"),
                refused(#"{"tiers": {"free": {"limits": [{}]}}, \#(rate)}"#, "/adaptive"),
                refused(
                    #"""
                    {"limits": [{}], "adaptive": {"initial_per_second": 1, "min_per_second": 2,
                     "max_per_second": 3, "target_latency_ms": 1}}
                    """#, "/adaptive/initial_per_second"),
                refused(
                    #"""
                    {"limits": [{}], "adaptive": {"initial_per_second": 1, "min_per_second": 4,
                     "max_per_second": 3, "target_latency_ms": 1}}
                    """#, "/adaptive/min_per_second"),
                refused(
                    #"{"algorithm": "leaky_bucket", "limits": [{"calendar": "day"}]}"#,
                    "/limits/0/calendar"),
                refused(#"{"limits": [{}], "durability": "paper"}"#, "/durability"),
            ]),
        Scenario(
            "a strict limiter answers as any other",
            [
                put(#"{"limits": [{"quota": 100, "period_ms": 10000}], "durability": "strict"}"#),
                acquire(
                    #"{"key": "k", "cost": 3}"#,
                    #"{"allowed": true, "remaining": 97, "reset_after_ms": 300}"#
                ).has(["RateLimit": "\"default\";r=97;t=1"]),
                acquire(#"{"key": "k"}"#, #"{"allowed": true, "remaining": 96}"#),
                Step("POST \(path)/refund", #"{"key": "k"}"#, 200, #"{"remaining": 97}"#)
                    .tells("limiter.refunded"),
                acquire(#"{"key": "k", "cost": 97}"#, #"{"remaining": 0}"#),
                acquire(#"{"key": "k"}"#, #"{"allowed": false, "retry_after_ms": 100}"#)
                    .tells(limited),
                .advance(100), acquire(#"{"key": "k"}"#, #"{"allowed": true, "remaining": 0}"#),
                Step("POST \(path)/reset", #"{"key": "k"}"#, 200, #"{"reset": 1}"#)
                    .tells("limiter.reset"),
                acquire(#"{"key": "k", "cost": 100}"#, #"{"allowed": true, "remaining": 0}"#),
            ]),
        Scenario(
            "the heaviest keys are told, by denials or by allowed calls",
            [
                put(#"{"limits": [{"quota": 1, "period_ms": 60000}]}"#),
                Step("GET \(path)/top", nil, 200, #"{"by": "denied", "keys": []}"#),
                acquire(#"{"key": "a"}"#, #"{"allowed": true}"#),
                acquire(#"{"key": "b"}"#, #"{"allowed": true}"#),
                acquire(#"{"key": "b"}"#, #"{"allowed": false}"#).tells(limited),
                Step(
                    "GET \(path)/top", nil, 200,
                    #"{"by": "denied", "keys": [{"key": "b", "count": 1, "error": 0}]}"#),
                Step(
                    "GET \(path)/top?by=allowed&limit=1", nil, 200,
                    #"{"by": "allowed", "keys": [{"key": "a", "count": 1, "error": 0}]}"#),
                Step(
                    "GET \(path)/top?by=all", nil, 422,
                    #"{"errors": [{"pointer": "/query/by"}]}"#),
                Step("GET \(path)/top?limit=101", nil, 422),
                Step("GET \(path)/top?limit=0", nil, 422),
                Step("GET /v1/limiters/none/top", nil, 404),
            ]),
    ]
}
