import Testing

@Suite("Many questions at once")
struct DecisionScenarioTests {
    @Test("are answered in order, each by itself", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private static let path = "/v1/decisions"

    private static let policies = [
        Step("PUT /v1/limiters/api", #"{"spec": {"limits": [{"quota": 2}]}}"#, 201)
            .tells("policy.created"),
        Step(
            "PUT /v1/breakers/payments",
            #"{"spec": {"window": {"type": "consecutive"}, "failure_threshold": 1}}"#, 201
        ).tells("policy.created"),
    ]

    private static let scenarios = [
        Scenario(
            "each as its acquire call answers, and spending the same",
            policies + [
                Step(
                    "POST \(path)",
                    #"""
                    {"decisions": [
                      {"kind": "limiter", "name": "api", "key": "u", "cost": 2},
                      {"kind": "limiter", "name": "api", "key": "u"},
                      {"kind": "breaker", "name": "payments"},
                      {"kind": "limiter", "name": "api", "key": "v", "wait_ms": 0}]}
                    """#, 200,
                    #"""
                    {"results": [
                      {"kind": "limiter", "name": "api", "allowed": true, "key": "u", "cost": 2,
                       "remaining": 0, "policy_version": 1, "when_unreachable": "allow"},
                      {"kind": "limiter", "name": "api", "allowed": false,
                       "reason": "rate_limited", "retry_after_ms": 30000},
                      {"kind": "breaker", "name": "payments", "allowed": true, "state": "closed",
                       "permit": "…"},
                      {"kind": "limiter", "name": "api", "allowed": true, "key": "v",
                       "remaining": 1}]}
                    """#
                ).has(["Retry-After": nil, "RateLimit": nil])
                    .tells(#"{"type": "limiter.limited", "key": "u", "actor": "anonymous"}"#),
                Step(
                    "GET /v1/limiters/api/state?key=u", nil, 200,
                    #"{"allowed": false, "remaining": 0}"#),
                Step("POST \(path)", #"{"decisions": []}"#, 200, #"{"results": []}"#),
            ]),
        Scenario(
            "what is wrong with one is told in its place with every fault, the others are answered",
            policies + [
                Step(
                    "POST \(path)",
                    #"""
                    {"decisions": [
                      {"kind": "limiter", "name": "api", "key": "u"},
                      {"kind": "limiter", "name": "none", "key": "u"},
                      {"kind": "toaster", "name": "api"},
                      {"kind": "limiter", "name": "api", "cost": -1, "costs": 1, "wait_ms": 5},
                      {"kind": "breaker", "name": "payments", "cost": 1},
                      {"kind": "breaker", "name": "no such name"},
                      7, {},
                      {"kind": "limiter", "name": "api", "key": "u", "tier": "none"},
                      {"kind": "limiter", "name": "api", "key": "u", "key": "v"},
                      {"kind": "limiter", "name": "api", "key": "u"}]}
                    """#, 200,
                    #"""
                    {"results": [
                      {"allowed": true, "remaining": 1},
                      {"kind": "limiter", "name": "none", "status": 404, "title": "…",
                       "type": "urn:switchgear:problem:not_found",
                       "detail": "there is no limiter \"none\""},
                      {"kind": "toaster", "name": "api", "status": 422, "errors": [
                        {"pointer": "/decisions/2/kind",
                         "detail": "must be one of \"breaker\", \"bulkhead\", \"guard\", \"limiter\""}]},
                      {"status": 422, "type": "urn:switchgear:problem:invalid", "errors": [
                        {"pointer": "/decisions/3/costs",
                         "detail": "unknown member; meant \"cost\"?"},
                        {"pointer": "/decisions/3/key", "detail": "is required"},
                        {"pointer": "/decisions/3/cost"},
                        {"pointer": "/decisions/3/wait_ms",
                         "detail": "must be 0: nothing waits in a batch"}]},
                      {"status": 422, "errors": [{"pointer": "/decisions/4/cost"}]},
                      {"status": 422, "errors": [{"pointer": "/decisions/5/name"}]},
                      {"kind": null, "name": null, "status": 422, "errors": [
                        {"pointer": "/decisions/6",
                         "detail": "must be an object, not a number"}]},
                      {"kind": null, "name": null, "errors": [
                        {"pointer": "/decisions/7/kind", "detail": "is required"},
                        {"pointer": "/decisions/7/name", "detail": "is required"}]},
                      {"status": 422, "errors": [{"pointer": "/decisions/8/tier"}]},
                      {"status": 422, "errors": [
                        {"pointer": "/decisions/9/key", "detail": "is given twice"}]},
                      {"allowed": true, "remaining": 0}]}
                    """#
                ).lacks("/results/1/errors", "/results/1/allowed")
            ]),
        Scenario(
            "a request that is none is refused as a whole, and spends nothing",
            policies + [
                Step("POST \(path)", "{", 400),
                Step("POST \(path)", "[]", 422, #"{"errors": [{"pointer": ""}]}"#),
                Step("POST \(path)", "{}", 422, #"{"errors": [{"pointer": "/decisions"}]}"#),
                Step(
                    "POST \(path)",
                    #"{"decisions": [{"kind": "limiter", "name": "api", "key": "u"}], "x": 1}"#,
                    422, #"{"errors": [{"pointer": "/x"}]}"#),
                Step(
                    "POST \(path)", #"{"decisions": [], "decisions": []}"#, 422,
                    #"{"errors": [{"pointer": "/decisions", "detail": "is given twice"}]}"#),
                Step(
                    "POST \(path)?deny_status=429", #"{"decisions": []}"#, 422,
                    #"{"errors": [{"pointer": "/query/deny_status"}]}"#),
                Step("GET \(path)", nil, 405).has(["Allow": "POST"]),
                Step("GET /v1/limiters/api/state?key=u", nil, 200, #"{"remaining": 2}"#),
            ]),
    ]
}
