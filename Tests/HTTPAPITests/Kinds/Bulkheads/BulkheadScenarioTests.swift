import TestSupport
import Testing

@Suite("Bulkheads over HTTP")
struct BulkheadScenarioTests {
    @Test("decide, and say why", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, _ restarts: Restarts) async throws {
        let scenario = Scenario(
            scenario.testDescription, Self.keepingPermits(scenario.steps))
        try await scenario.run(restarts: restarts)
    }

    /// Permits are kept under the order in which they are given: `<1>` is the first.
    private static func keepingPermits(_ steps: [Step]) -> [Step] {
        var count = 0
        return steps.map { step in
            let isDenied = step.status != 200 || step.answer.contains(#""allowed": false"#)
            guard step.request.target.hasSuffix("/acquire"), !isDenied else { return step }
            count += 1
            return step.keeps("/permit", as: "\(count)")
        }
    }

    private static let path = "/v1/bulkheads/db"

    private static func put(_ spec: String, _ rest: String = "") -> Step {
        Step("PUT \(path)", #"{"spec": \#(spec)\#(rest)}"#, 201).tells("policy.created")
    }

    private static func patch(_ change: String) -> Step {
        Step("PATCH \(path)", change).tells("policy.updated")
    }

    private static func acquire(_ body: String, _ answer: String) -> Step {
        Step("POST \(path)/acquire", body, 200, answer)
    }

    private static func settle(_ permit: Int, _ body: String, _ answer: String) -> Step {
        Step("POST /v1/permits/<\(permit)>/outcome", body, 200, answer)
    }

    private static func state(_ answer: String) -> Step {
        Step("GET \(path)/state", nil, 200, answer)
    }

    private static let counted = #"{"counted": true, "state": null, "reason": null}"#
    private static let saturated = "bulkhead.saturated"
    private static let expired = "bulkhead.lease_expired"

    private static let scenarios = [
        Scenario(
            "a call that is let in holds a slot, and one more is denied until one is free",
            [
                put(
                    #"{"max_concurrent": 2, "lease_ms": 30000}"#,
                    #", "when_unreachable": "deny""#),
                acquire(
                    #"{"key": "", "holder": "web-1"}"#,
                    #"""
                    {"allowed": true, "permit": "…", "in_use": 1, "limit": 2, "queued": 0,
                     "expires_at": "2026-01-01T00:00:30.000Z", "reason": null,
                     "retry_after_ms": null, "policy_version": 1, "when_unreachable": "deny"}
                    """#
                )
                .has([
                    "RateLimit-Policy": "\"db\";q=2;qu=\"concurrent-requests\"",
                    "RateLimit": "\"db\";r=1", "Retry-After": nil,
                ]).lacks("/shadow", "/would_allow"),
                .advance(500),
                acquire(
                    #"{"lease_ms": 1000}"#,
                    #"{"in_use": 2, "expires_at": "2026-01-01T00:00:01.500Z"}"#
                ).has(["RateLimit": "\"db\";r=0"]),
                acquire(
                    "{}",
                    #"""
                    {"allowed": false, "permit": null, "in_use": 2, "limit": 2, "queued": 0,
                     "expires_at": null, "reason": "full", "retry_after_ms": 1000}
                    """#
                ).has(["Retry-After": "1", "RateLimit": "\"db\";r=0"])
                    .tells(
                        #"""
                        {"type": "bulkhead.saturated", "kind": "bulkhead", "name": "db", "key": "",
                         "actor": "anonymous", "policy_version": 1, "reason": "full",
                         "data": {"in_use": 2, "limit": 2, "queued": 0}}
                        """#),
                acquire(#"{"key": "other"}"#, #"{"allowed": true, "in_use": 1}"#),
                Step(
                    "GET \(path)/state?key=", nil, 200,
                    #"""
                    {"name": "db", "key": "", "in_use": 2, "limit": 2, "queued": 0,
                     "holders": [
                      {"holder": "web-1", "granted_at": "2026-01-01T00:00:00.000Z",
                       "expires_at": "2026-01-01T00:00:30.000Z"},
                      {"holder": "", "granted_at": "2026-01-01T00:00:00.500Z",
                       "expires_at": "2026-01-01T00:00:01.500Z"}],
                     "adaptive": null}
                    """#
                ).has(["RateLimit": "\"db\";r=0"]),
                settle(1, #"{"outcome": "success", "duration_ms": 20}"#, counted)
                    .lacks("/retry"),
                settle(
                    1, #"{"outcome": "success"}"#, #"{"counted": false, "reason": "duplicate"}"#),
                acquire("{}", #"{"allowed": true, "in_use": 2}"#),
                Step(
                    "GET \(path)/keys", nil, 200,
                    #"{"keys": [{"key": "", "in_use": 2}, {"key": "other", "in_use": 1}]}"#),
                Step("GET \(path)/state?keys=", nil, 422),
            ]),
        Scenario(
            "a slot ends at its end by itself, with an event, and its permit is too late",
            [
                put(#"{"max_concurrent": 1, "lease_ms": 1000}"#),
                acquire(#"{"holder": "web-1"}"#, #"{"allowed": true}"#), .advance(999),
                acquire("{}", #"{"allowed": false, "retry_after_ms": 1}"#).tells(saturated),
                .advance(1).tells(
                    #"""
                    {"type": "bulkhead.lease_expired", "kind": "bulkhead", "name": "db", "key": "",
                     "actor": "switchgear", "policy_version": 1,
                     "data": {"holder": "web-1", "granted_at": "2026-01-01T00:00:00.000Z",
                      "expires_at": "2026-01-01T00:00:01.000Z"}}
                    """#),
                state(#"{"in_use": 0, "holders": []}"#).has(["RateLimit": "\"db\";r=1"]),
                settle(
                    1, #"{"outcome": "success"}"#, #"{"counted": false, "reason": "expired"}"#),
                Step("POST /v1/permits/<1>/renew", "{}", 409),
                acquire("{}", #"{"allowed": true}"#),
                .advance(10_000).tells(
                    expired,
                    #"""
                    {"type": "bulkhead.recovered", "actor": "switchgear",
                     "data": {"denied": 1, "saturated_at": "2026-01-01T00:00:00.999Z",
                      "last_denied_at": "2026-01-01T00:00:00.999Z"}}
                    """#),
            ]),
        Scenario(
            "a slot is renewed, at most for as long as the policy has it",
            [
                put(#"{"max_concurrent": 1, "lease_ms": 1000}"#), acquire("{}", "{}"),
                .advance(900),
                Step(
                    "POST /v1/permits/<1>/renew", #"{"lease_ms": 500}"#, 200,
                    #"{"expires_at": "2026-01-01T00:00:01.400Z"}"#),
                Step(
                    "POST /v1/permits/<1>/renew", "{}", 200,
                    #"{"expires_at": "2026-01-01T00:00:01.900Z"}"#),
                Step(
                    "POST /v1/permits/<1>/renew", #"{"lease_ms": 86400000}"#, 200,
                    #"{"expires_at": "2026-01-01T00:00:01.900Z"}"#),
                .advance(999),
                settle(1, #"{"outcome": "failure"}"#, counted),
                Step("POST /v1/permits/<1>/renew", "{}", 409), .advance(1000),
            ]),
        Scenario(
            "a slot that is given back, or whose call is ignored, is free",
            [
                put(#"{"max_concurrent": 1}"#), acquire("{}", #"{"allowed": true}"#),
                Step("DELETE /v1/permits/<1>", nil, 204, ""),
                Step("DELETE /v1/permits/<1>", nil, 204, ""),
                settle(
                    1, #"{"outcome": "success"}"#, #"{"counted": false, "reason": "duplicate"}"#),
                acquire("{}", #"{"allowed": true, "in_use": 1}"#),
                Step("DELETE /v1/permits/<1>", nil, 204, ""),
                state(#"{"in_use": 1}"#),
                settle(2, #"{"outcome": "ignored"}"#, #"{"counted": false, "reason": "ignored"}"#),
                settle(
                    2, #"{"outcome": "success"}"#, #"{"counted": false, "reason": "duplicate"}"#),
                state(#"{"in_use": 0}"#),
            ]),
        Scenario(
            "a reset of a key that has no state leaves none",
            [
                put(#"{"max_concurrent": 1}"#),
                Step("POST \(path)/reset", #"{"key": "never"}"#, 200, #"{"reset": 0}"#),
                Step("GET \(path)/keys", nil, 200, #"{"keys": []}"#),
            ]),
        Scenario(
            "a reset frees all slots, is told, and makes permits of before stale",
            [
                put(#"{"max_concurrent": 1}"#), acquire(#"{"key": "a"}"#, "{}"),
                acquire(#"{"key": "b"}"#, "{}"),
                Step(
                    "POST \(path)/reset", #"{"key": "a", "reason": "stuck"}"#, 200, #"{"reset": 1}"#
                ).tells(
                    #"""
                    {"type": "bulkhead.reset", "key": "a", "reason": "stuck", "data": {"freed": 1}}
                    """#),
                settle(
                    1, #"{"outcome": "success"}"#,
                    #"{"counted": false, "reason": "stale_generation"}"#),
                acquire(#"{"key": "a"}"#, #"{"allowed": true}"#),
                Step("POST \(path)/reset", #"{"all": true}"#, 200, #"{"reset": 2}"#).tells(
                    #"{"type": "bulkhead.reset", "key": "…"}"#,
                    #"{"type": "bulkhead.reset", "key": "…"}"#),
                Step("POST \(path)/reset", #"{"all": true}"#, 200, #"{"reset": 2}"#).tells(
                    "bulkhead.reset", "bulkhead.reset"),
                acquire(#"{"key": "b"}"#, #"{"allowed": true}"#),
            ]),
        Scenario(
            "a lower limit waits for slots to drain, a higher one lets calls in at once",
            [
                put(#"{"max_concurrent": 2, "lease_ms": 1000}"#), acquire("{}", "{}"),
                acquire("{}", "{}"), patch(#"{"spec": {"max_concurrent": 1}}"#),
                state(#"{"in_use": 2, "limit": 1}"#).has(["RateLimit": "\"db\";r=0"]),
                settle(1, #"{"outcome": "success"}"#, counted),
                acquire("{}", #"{"allowed": false, "in_use": 1, "limit": 1}"#).tells(saturated),
                patch(#"{"spec": {"max_concurrent": 2}}"#),
                acquire("{}", #"{"allowed": true, "in_use": 2, "limit": 2}"#),
                settle(2, #"{"outcome": "success"}"#, counted),
                settle(3, #"{"outcome": "success"}"#, counted),
                state(#"{"in_use": 0, "limit": 2}"#),
            ]),
        Scenario(
            "in shadow mode all are let in, and it is told who would not be",
            [
                put(#"{"max_concurrent": 1}"#, #", "mode": "shadow""#),
                acquire(
                    "{}",
                    #"{"allowed": true, "in_use": 1, "shadow": true, "would_allow": true}"#),
                acquire(
                    "{}",
                    #"""
                    {"allowed": true, "permit": "…", "in_use": 1, "expires_at": null,
                     "reason": "full", "shadow": true, "would_allow": false}
                    """#
                ).has(["Retry-After": nil]).tells(
                    #"{"type": "bulkhead.saturated", "data": {"shadow": true}}"#),
                settle(2, #"{"outcome": "success"}"#, counted), state(#"{"in_use": 1}"#),
                settle(1, #"{"outcome": "success"}"#, counted), state(#"{"in_use": 0}"#),
            ]),
        Scenario(
            "disabled, it lets all in and takes nothing down",
            [
                put(#"{"max_concurrent": 1}"#), acquire("{}", #"{"in_use": 1}"#),
                patch(#"{"mode": "disabled"}"#),
                acquire(
                    "{}",
                    #"{"allowed": true, "permit": "…", "in_use": 1, "expires_at": null}"#),
                acquire("{}", #"{"allowed": true, "in_use": 1}"#),
                settle(2, #"{"outcome": "success"}"#, #"{"counted": false, "reason": "disabled"}"#),
                settle(1, #"{"outcome": "success"}"#, #"{"counted": false, "reason": "disabled"}"#),
                patch(#"{"mode": "enforce"}"#), state(#"{"in_use": 0}"#),
                acquire("{}", #"{"allowed": true, "in_use": 1}"#),
            ]),
        Scenario(
            "a deleted policy takes its slots with it",
            [
                put(#"{"max_concurrent": 1}"#), acquire("{}", #"{"allowed": true}"#),
                Step("DELETE \(path)", nil, 204, "").tells("policy.deleted"),
                settle(1, #"{"outcome": "success"}"#, #"{"counted": false, "reason": "gone"}"#),
                Step("POST /v1/permits/<1>/renew", "{}", 409),
                Step("DELETE /v1/permits/<1>", nil, 204, ""),
                Step("POST \(path)/acquire", "{}", 404), put(#"{"max_concurrent": 1}"#),
                acquire("{}", #"{"allowed": true}"#),
                settle(1, #"{"outcome": "success"}"#, #"{"counted": false, "reason": "gone"}"#),
                state(#"{"in_use": 1}"#),
            ]),
        Scenario(
            "a denial has the status that was asked for",
            [
                put(#"{"max_concurrent": 1, "lease_ms": 2500}"#), acquire("{}", "{}"),
                Step(
                    "POST \(path)/acquire?deny_status=503", "{}", 503, #"{"allowed": false}"#
                ).has(["Retry-After": "3", "Content-Type": "application/json"]).tells(saturated),
            ]),
        Scenario(
            "what cannot be asked is refused",
            [
                put(#"{"max_concurrent": 1}"#),
                Step(
                    "POST \(path)/acquire",
                    #"{"wait_ms": 60001, "lease_ms": 0, "holder": 5, "cost": 1}"#, 422,
                    #"""
                    {"errors": [{"pointer": "/cost"}, {"pointer": "/wait_ms"},
                      {"pointer": "/lease_ms"}, {"pointer": "/holder"}]}
                    """#),
                Step(
                    "PUT /v1/bulkheads/other",
                    #"""
                    {"spec": {"max_concurrent": 5, "adaptive": {"algorithm": "aimd", "min": 9,
                      "max": 3}}}
                    """#, 422,
                    #"{"errors": [{"pointer": "/spec/adaptive/min", "detail": "must be at most max (3)"}]}"#
                ),
                Step(
                    "PUT /v1/bulkheads/other", #"{"spec": {}}"#, 422,
                    #"{"errors": [{"pointer": "/spec/max_concurrent", "detail": "is required"}]}"#),
            ]),
        Scenario(
            "an adaptive limit moves with the calls that are settled",
            [
                put(
                    #"""
                    {"max_concurrent": 2, "adaptive": {"algorithm": "aimd", "min": 1, "max": 3,
                      "target_latency_ms": 100}}
                    """#),
                acquire("{}", #"{"limit": 2}"#),
                settle(1, #"{"outcome": "success", "duration_ms": 100}"#, counted),
                state(#"{"limit": 3, "adaptive": {"algorithm": "aimd", "baseline_ms": null}}"#)
                    .has([
                        "RateLimit-Policy": "\"db\";q=3;qu=\"concurrent-requests\"",
                        "RateLimit": "\"db\";r=3",
                    ]),
                acquire("{}", #"{"limit": 3}"#),
                settle(2, #"{"outcome": "timeout"}"#, counted), state(#"{"limit": 2}"#),
                patch(#"{"spec": {"adaptive": {"algorithm": "vegas"}}}"#),
                acquire("{}", #"{"limit": 2}"#),
                settle(3, #"{"outcome": "success", "duration_ms": 12}"#, counted),
                state(#"{"limit": 2, "adaptive": {"algorithm": "vegas", "baseline_ms": 12.0}}"#),
                patch(#"{"spec": {"adaptive": null}}"#), state(#"{"adaptive": null}"#),
            ]),
        Scenario(
            "a strict bulkhead answers the same",
            [
                put(#"{"max_concurrent": 1, "lease_ms": 1000, "durability": "strict"}"#),
                acquire("{}", #"{"allowed": true}"#),
                acquire("{}", #"{"allowed": false}"#).tells(saturated),
                settle(1, #"{"outcome": "success"}"#, counted),
                acquire("{}", #"{"allowed": true}"#),
                Step("DELETE /v1/permits/<2>", nil, 204, ""),
                acquire("{}", #"{"allowed": true}"#), .advance(1000).tells(expired),
                acquire("{}", #"{"allowed": true}"#),
                Step(
                    "GET \(path)/stats", nil, 200,
                    #"{"name": "db", "totals": {"allowed": "…", "denied": "…", "waited": 0}}"#),
            ]),
    ]
}
