import Testing

@Suite("Durations written as text, over HTTP")
struct DurationScenarioTests {
    @Test("are members in milliseconds from there on", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private static let scenarios = [
        Scenario(
            "a policy that is put has the members in milliseconds, and putting both is refused",
            [
                Step(
                    "PUT /v1/breakers/b",
                    #"{"spec": {"open_duration": "1m30s", "window": {"duration": "10s"}}}"#, 201,
                    #"""
                    {"version": 1, "effective": {"open_duration_ms": 90000},
                     "spec": {"open_duration_ms": 90000, "window": {"duration_ms": 10000}}}
                    """#
                ).lacks("/spec/open_duration", "/spec/window/duration")
                    .tells("policy.created"),
                Step(
                    "PUT /v1/breakers/b",
                    #"{"spec": {"open_duration_ms": 90000, "window": {"duration_ms": 10000}}}"#,
                    200, #"{"version": 1}"#),
                Step(
                    "PUT /v1/breakers/b",
                    #"{"spec": {"open_duration": "1m", "open_duration_ms": 60000}}"#
                ).refused("/spec/open_duration"),
                Step("PUT /v1/breakers/b", #"{"spec": {"open_duration": "0s"}}"#)
                    .refused("/spec/open_duration"),
            ]),
        Scenario(
            "a merge patch replaces and removes the members in milliseconds",
            [
                Step(
                    "PUT /v1/breakers/b", #"{"spec": {"open_duration_ms": 1000}}"#, 201
                ).tells("policy.created"),
                Step(
                    "PATCH /v1/breakers/b", #"{"spec": {"open_duration": "5s"}}"#, 200,
                    #"{"version": 2, "spec": {"open_duration_ms": 5000}}"#
                ).tells("policy.updated"),
                Step("PATCH /v1/breakers/b", #"{"spec": {"open_duration": "5 s"}}"#)
                    .refused("/spec/open_duration"),
                Step("PATCH /v1/breakers/b", #"{"spec": {"open_duration": "367d"}}"#)
                    .refused("/spec/open_duration"),
                Step(
                    "PATCH /v1/breakers/b", #"{"spec": {"open_duration": null}}"#, 200,
                    #"{"version": 3, "effective": {"open_duration_ms": 30000}}"#
                ).lacks("/spec/open_duration_ms").tells("policy.updated"),
            ]),
        Scenario(
            "files are read and checked the same way",
            [
                Step(
                    "POST /v1/policies/validate",
                    #"""
                    {"policies": [
                      {"kind": "timeout", "name": "t", "spec": {"timeout": "soon"}},
                      {"kind": "retry", "name": "r", "spec": {"max_delay": "400d"}}]}
                    """#, 200,
                    #"""
                    {"valid": false, "errors": [
                      {"pointer": "/policies/0/spec/timeout"},
                      {"pointer": "/policies/1/spec/max_delay"}]}
                    """#),
                Step(
                    "POST /v1/policies/apply",
                    #"""
                    {"policies": [{"kind": "limiter", "name": "l", "spec": {
                       "tiers": {"free": {"limits": [{"period": "1h"}]}}}}]}
                    """#, 200, #"{"changes": [{"action": "created"}]}"#
                ).tells("policy.created"),
                Step(
                    "GET /v1/policies/export", nil, 200,
                    #"""
                    {"policies": [{"spec": {"tiers": {"free": {"limits": [
                       {"period_ms": 3600000}]}}}}]}
                    """#
                ).lacks("/policies/0/spec/tiers/free/limits/0/period"),
                Step(
                    "PUT /v1/limiters/l/assignments/k", #"{"limits": [{"period": "2m"}]}"#, 201,
                    #"{"limits": [{"period_ms": 120000}]}"#
                ).tells("limiter.assigned"),
                Step(
                    "PUT /v1/limiters/l/assignments/k", #"{"limits": [{"period": 120000}]}"#
                ).refused("/limits/0/period"),
            ]),
        Scenario(
            "bodies that ask are in milliseconds only",
            [
                Step("PUT /v1/limiters/l", #"{"spec": {"limits": [{}]}}"#, 201)
                    .tells("policy.created"),
                Step("POST /v1/limiters/l/acquire", #"{"key": "k", "wait": "1s"}"#)
                    .refused("/wait"),
            ]),
    ]
}
