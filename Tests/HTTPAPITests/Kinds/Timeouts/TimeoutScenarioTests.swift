import Testing

@Suite("Timeouts over HTTP")
struct TimeoutScenarioTests {
    @Test(
        "say how long to wait, also after restarts between all calls", arguments: scenarios,
        Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    @Test("count what they are told")
    func stats() async throws {
        try await Scenario(
            "counts",
            [
                Self.put(#"{"timeout_ms": 100}"#), Self.report(#"{"duration_ms": 1}"#, "{}"),
                Self.report(#"{"duration_ms": 1, "outcome": "failure"}"#, "{}"),
                Self.report(#"{"duration_ms": 1, "outcome": "timeout"}"#, "{}"), .advance(60_000),
                Self.report(#"{"duration_ms": 1, "outcome": "ignored"}"#, "{}"),
                Step(
                    "GET \(Self.path)/stats", nil, 200,
                    #"""
                    {"name": "http", "since_at": "2026-01-01T00:00:00.000Z",
                     "totals": {"successes": 1, "failures": 1, "timeouts": 1, "ignored": 1},
                     "last_minute": {"successes": 0, "failures": 0, "timeouts": 0, "ignored": 1}}
                    """#),
            ]
        ).run()
    }

    private static let path = "/v1/timeouts/http"

    private static func put(_ spec: String, _ rest: String = "") -> Step {
        Step("PUT \(path)", #"{"spec": \#(spec)\#(rest)}"#, 201).tells("policy.created")
    }

    private static func report(_ body: String, _ answer: String) -> Step {
        Step("POST \(path)/outcomes", body, 200, answer)
    }

    private static func state(_ answer: String) -> Step {
        Step("GET \(path)/state", nil, 200, answer)
    }

    private static let scenarios = [
        Scenario(
            "a fixed one stays as it is, and tells how long calls take",
            [
                put(#"{"timeout_ms": 5000}"#),
                state(
                    #"""
                    {"name": "http", "key": "", "timeout_ms": 5000, "adaptive_ms": null,
                     "samples": 0, "p50_ms": null, "p95_ms": null, "p99_ms": null}
                    """#),
                report(
                    #"{"duration_ms": 20}"#,
                    #"""
                    {"counted": true, "reason": null, "timeout_ms": 5000, "samples": 1,
                     "policy_version": 1}
                    """#),
                report(#"{"duration_ms": 40, "outcome": "timeout"}"#, #"{"samples": 2}"#),
                report(#"{"duration_ms": 0, "outcome": "failure"}"#, #"{"samples": 3}"#),
                Step(
                    "GET \(path)/state?key=", nil, 200,
                    #"""
                    {"timeout_ms": 5000, "samples": 3, "p50_ms": 20, "p95_ms": 40, "p99_ms": 40}
                    """#),
            ]),
        Scenario(
            "an adaptive one follows the calls, within bounds, and a changed one at once",
            [
                put(
                    #"""
                    {"timeout_ms": 5000, "adaptive": {"minimum_samples": 3, "multiplier": 1.1,
                     "min_ms": 10, "max_ms": 200}}
                    """#),
                report(#"{"duration_ms": 100}"#, #"{"timeout_ms": 5000, "samples": 1}"#),
                report(#"{"duration_ms": 9}"#, #"{"timeout_ms": 5000, "samples": 2}"#),
                report(
                    #"{"duration_ms": 1, "outcome": "ignored"}"#,
                    #"""
                    {"counted": false, "reason": "ignored", "timeout_ms": 5000, "samples": 2}
                    """#),
                report(#"{"duration_ms": 10}"#, #"{"timeout_ms": 110, "samples": 3}"#),
                report(#"{"duration_ms": 1000}"#, #"{"timeout_ms": 200, "samples": 4}"#),
                state(#"{"timeout_ms": 200, "adaptive_ms": 200, "p50_ms": 10, "p99_ms": 1000}"#),
                Step(
                    "PATCH \(path)", #"{"spec": {"adaptive": {"percentile": 0.5}}}"#, 200,
                    #"{"version": 2}"#
                ).tells("policy.updated"),
                state(#"{"timeout_ms": 11, "adaptive_ms": 11, "samples": 4}"#),
                Step("PATCH \(path)", #"{"mode": "shadow"}"#, 200, #"{"version": 3}"#)
                    .tells("policy.updated"),
                state(#"{"timeout_ms": 5000, "adaptive_ms": 11, "samples": 4}"#),
                report(#"{"duration_ms": 10}"#, #"{"timeout_ms": 5000, "samples": 5}"#),
                Step("PATCH \(path)", #"{"mode": "disabled"}"#, 200, #"{"version": 4}"#)
                    .tells("policy.updated"),
                report(
                    #"{"duration_ms": 10}"#,
                    #"""
                    {"counted": false, "reason": "disabled", "timeout_ms": 5000, "samples": 5}
                    """#),
            ]),
        Scenario(
            "what is known is listed, and forgotten by a reset or with the policy",
            [
                put(#"{"timeout_ms": 5000}"#),
                Step("GET \(path)/keys", nil, 200, #"{"keys": [], "next": null}"#),
                report(#"{"duration_ms": 20}"#, #"{"samples": 1}"#),
                Step(
                    "GET \(path)/keys", nil, 200,
                    #"{"keys": [{"key": "", "samples": 1, "p50_ms": 20}], "next": null}"#),
                Step(
                    "POST \(path)/reset", #"{"all": true, "reason": "moved"}"#, 200,
                    #"{"reset": 1}"#
                )
                .tells(
                    #"""
                    {"type": "timeout.reset", "kind": "timeout", "name": "http", "key": null,
                     "actor": "anonymous", "reason": "moved", "data": {"keys": 1}}
                    """#),
                state(#"{"samples": 0, "p50_ms": null}"#),
                Step("POST \(path)/reset", #"{"key": ""}"#, 200, #"{"reset": 0}"#)
                    .tells("timeout.reset"),
                report(#"{"duration_ms": 20}"#, #"{"samples": 1}"#),
                Step("DELETE \(path)", nil, 204, "").tells("policy.deleted"),
                Step("GET \(path)/state", nil, 404),
                Step("POST \(path)/outcomes", #"{"duration_ms": 1}"#, 404),
                put(#"{"timeout_ms": 5000}"#), state(#"{"samples": 0}"#),
            ]),
        Scenario(
            "what is wrong is refused with the place",
            [
                Step(
                    "PUT \(path)", "{}", 422,
                    #"{"errors": [{"pointer": "/spec/timeout_ms", "detail": "is required"}]}"#),
                Step(
                    "PUT \(path)",
                    #"""
                    {"spec": {"timeout_ms": 1, "adaptive":
                     {"min_ms": 2, "max_ms": 1, "minimum_samples": 1000}}}
                    """#, 422,
                    #"""
                    {"errors": [
                      {"pointer": "/spec/adaptive/min_ms", "detail": "must be at most max_ms (1)"}
                    ]}
                    """#),
                Step(
                    "PUT \(path)",
                    #"{"spec": {"timeout_ms": 1, "adaptive": {"minimum_samples": 1001}}}"#
                ).refused("/spec/adaptive/minimum_samples"),
                put(#"{"preset": "production"}"#), state(#"{"timeout_ms": 30000}"#),
                Step(
                    "POST \(path)/outcomes", #"{"outcome": "good"}"#, 422,
                    #"{"errors": [{"pointer": "/outcome"}, {"pointer": "/duration_ms"}]}"#),
                Step(
                    "POST \(path)/outcomes?key=k", #"{"duration_ms": 1}"#, 422,
                    #"{"errors": [{"pointer": "/query/key"}]}"#),
                Step(
                    "GET \(path)/state?key=k", nil, 422,
                    #"""
                    {"errors": [{"pointer": "/query/key",
                      "detail": "must be empty: there is one state for all callers"}]}
                    """#),
                Step(
                    "POST \(path)/reset", #"{"key": "k"}"#, 422,
                    #"{"errors": [{"pointer": "/key"}]}"#),
                Step("GET /v1/timeouts/none/state", nil, 404),
            ]),
    ]
}
