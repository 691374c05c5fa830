import Testing

@Suite("Operating breakers over HTTP")
struct BreakerOperationScenarioTests {
    @Test("is done at once, and told", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = BreakerSteps

    private static let simple = #"{"window": {"type": "consecutive"}, "failure_threshold": 1}"#

    private static func force(_ body: String, _ answer: String) -> Step {
        Step("PUT \(Do.path)/state", body, 200, answer)
    }

    private static let scenarios = [
        Scenario(
            "forced open denies until someone releases it, and outcomes count nothing",
            [
                Do.put(simple),
                force(
                    #"{"state": "forced_open", "reason": "maintenance"}"#,
                    #"""
                    {"name": "payments", "key": "", "state": "forced_open", "would_allow": false,
                     "retry_after_ms": null, "forced_until_at": null, "generation": 2}
                    """#
                ).with(["X-Actor": "ada"]).tells(
                    #"""
                    {"type": "breaker.forced_open", "actor": "ada", "reason": "maintenance",
                     "data": {"from": "closed", "to": "forced_open", "reason": "manual"}}
                    """#),
                Do.acquire(
                    #"{"allowed": false, "reason": "forced_open", "retry_after_ms": null}"#
                ).has(["Retry-After": nil]),
                Do.report(
                    #"{"outcome": "success"}"#,
                    #"{"counted": false, "reason": "not_closed", "state": "forced_open"}"#),
                .advance(86_400_000), Do.acquire(#"{"allowed": false}"#),
                Step(
                    "DELETE \(Do.path)/state", nil, 200,
                    #"{"state": "closed", "generation": 3, "counts": {"denied": 0}}"#
                ).tells(#"{"type": "breaker.released", "reason": "released"}"#),
                Do.acquire(#"{"allowed": true}"#),
            ]),
        Scenario(
            "forced open until an instant says when, and is automatic from then on",
            [
                Do.put(simple),
                force(
                    #"{"state": "forced_open", "until_at": "2026-01-01T00:00:10.000Z"}"#,
                    #"{"retry_after_ms": 10000, "forced_until_at": "2026-01-01T00:00:10.000Z"}"#
                ).tells("breaker.forced_open"),
                .advance(4000),
                Do.acquire(#"{"allowed": false, "retry_after_ms": 6000}"#)
                    .has(["Retry-After": "6"]),
                .advance(6000).tells(
                    #"{"type": "breaker.released", "reason": "until_passed", "actor": "switchgear"}"#
                ),
                Do.acquire(#"{"allowed": true, "state": "closed", "generation": 3}"#),
                force(
                    #"{"state": "forced_open", "until_at": "2026-01-01T00:00:10.000Z"}"#, "{}"
                ).refused("/until_at"),
                force(#"{"state": "open", "until_at": "2026-01-02T00:00:00.000Z"}"#, "{}")
                    .refused("/until_at"),
                force(#"{"state": "half_open"}"#, "{}").refused("/state"),
                force(#"{}"#, "{}").refused("/state"),
            ]),
        Scenario(
            "forced closed lets everything through and opens for nothing",
            [
                Do.put(simple),
                force(#"{"state": "forced_closed"}"#, #"{"would_allow": true}"#)
                    .tells("breaker.forced_closed"),
                Do.report(
                    #"{"outcome": "failure", "count": 100}"#,
                    #"{"counted": false, "reason": "not_closed", "state": "forced_closed"}"#),
                Do.allowed("a", "forced_closed"),
                Do.settle("a", "failure", #"{"counted": false, "reason": "not_closed"}"#),
                force(#"{"state": "closed"}"#, #"{"state": "closed"}"#)
                    .tells(#"{"type": "breaker.closed", "reason": "manual"}"#),
                Do.open(),
            ]),
        Scenario(
            "put open by hand it is automatic from there",
            [
                Do.put(simple),
                force(#"{"state": "open"}"#, #"{"state": "open", "retry_after_ms": 30000}"#)
                    .tells(#"{"type": "breaker.opened", "reason": "manual"}"#),
                .advance(30_000), Do.allowed("a", "half_open").tells("breaker.half_opened"),
            ]),
        Scenario(
            "a key has a breaker of its own, listed by its bytes once it has a state",
            [
                Do.put(simple),
                Step("GET \(Do.path)/keys", nil, 200, #"{"keys": [], "next": null}"#),
                Do.acquire(#"{"allowed": true}"#, #"{"key": "quiet"}"#),
                Do.report(#"{"outcome": "failure", "key": "b"}"#)
                    .tells(#"{"type": "breaker.opened", "key": "b"}"#),
                Do.report(#"{"outcome": "success", "key": "a"}"#),
                Do.acquire(#"{"allowed": true}"#),
                Do.acquire(#"{"allowed": false}"#, #"{"key": "b"}"#),
                Step(
                    "GET \(Do.path)/keys?limit=1", nil, 200,
                    #"{"keys": [{"key": "a", "state": "closed"}], "next": "…"}"#
                ).keeps("/next", as: "next"),
                Step(
                    "GET \(Do.path)/keys?limit=1&cursor=<next>", nil, 200,
                    #"{"keys": [{"key": "b", "state": "open"}], "next": null}"#),
                Step("GET \(Do.path)/state?key=b", nil, 200, #"{"key": "b", "state": "open"}"#),
                Step("GET /v1/breakers/none/state", nil, 404),
                Step("POST /v1/breakers/none/acquire", "{}", 404),
                Step("POST /v1/breakers/none/outcomes", #"{"outcome": "success"}"#, 404),
            ]),
        Scenario(
            "a key that nobody uses is forgotten, open or not, and begins above what it had",
            [
                Do.put(
                    #"""
                    {"window": {"type": "consecutive"}, "failure_threshold": 1,
                     "key_idle_ms": 300000}
                    """#),
                Do.open(),
                Do.report(#"{"outcome": "failure", "key": "b"}"#).tells("breaker.opened"),
                .advance(299_999),
                Step(
                    "GET \(Do.path)/keys", nil, 200,
                    #"{"keys": [{"key": ""}, {"key": "b", "state": "half_open"}]}"#),
                .advance(1),
                Step(
                    "GET \(Do.path)/keys", nil, 200,
                    #"{"keys": [{"key": "", "state": "half_open", "generation": 2}]}"#),
                Step(
                    "GET \(Do.path)/state?key=b", nil, 200,
                    #"""
                    {"state": "closed", "generation": 3, "times_opened": 0,
                     "last_failure_at": null}
                    """#),
                Do.acquire(
                    #"{"allowed": true, "state": "closed", "generation": 3}"#, #"{"key": "b"}"#),
            ]),
        Scenario(
            "a reset puts one key or all back to the beginning in a new generation",
            [
                Do.put(simple), Do.open(),
                Do.report(#"{"outcome": "failure", "key": "b"}"#).tells("breaker.opened"),
                Step(
                    "POST \(Do.path)/reset", #"{"key": "", "reason": "fixed"}"#, 200,
                    #"{"reset": 1}"#
                )
                .tells(#"{"type": "breaker.reset", "key": "", "reason": "fixed"}"#),
                Do.state(
                    #"""
                    {"state": "closed", "generation": 3, "times_opened": 0,
                     "last_failure_at": null}
                    """#),
                Step("GET \(Do.path)/state?key=b", nil, 200, #"{"state": "open"}"#),
                Step("POST \(Do.path)/reset", #"{"all": true}"#, 200).tells(
                    "breaker.reset", "breaker.reset"),
                Step("GET \(Do.path)/state?key=b", nil, 200, #"{"state": "closed"}"#),
            ]),
        Scenario(
            "shadow lets everything through and says what it would have done",
            [
                Do.put(simple, #", "mode": "shadow""#),
                Do.acquire(#"{"allowed": true, "shadow": true, "would_allow": true}"#),
                Do.report(#"{"outcome": "failure"}"#, #"{"state": "open"}"#)
                    .tells(#"{"type": "breaker.opened", "data": {"shadow": true}}"#),
                Step(
                    "POST \(Do.path)/acquire?deny_status=503", "{}", 200,
                    #"""
                    {"allowed": true, "shadow": true, "would_allow": false, "permit": "…",
                     "reason": "open", "retry_after_ms": 30000}
                    """#
                ).has(["Retry-After": nil]),
            ]),
        Scenario(
            "disabled lets everything through also where it was open, and its state says so",
            [
                Do.put(simple),
                Do.report(#"{"outcome": "failure"}"#, #"{"state": "open"}"#)
                    .tells("breaker.opened"),
                Step("PATCH \(Do.path)", #"{"mode": "disabled"}"#).tells("policy.updated"),
                Do.state(#"{"state": "open", "would_allow": true, "retry_after_ms": null}"#),
                Step(
                    "GET \(Do.path)/keys", nil, 200,
                    #"{"keys": [{"would_allow": true, "retry_after_ms": null}]}"#),
                Do.acquire(#"{"allowed": true, "state": "open", "permit": "…"}"#),
            ]),
        Scenario(
            "a reset of a key that has no state leaves none",
            [
                Do.put(simple),
                Step("POST \(Do.path)/reset", #"{"key": "never"}"#, 200, #"{"reset": 0}"#),
                Step("GET \(Do.path)/keys", nil, 200, #"{"keys": []}"#),
            ]),
        Scenario(
            "disabled lets everything through and counts nothing",
            [
                Do.put(simple, #", "mode": "disabled""#),
                Do.allowed("a").lacks("/shadow", "/would_allow"),
                Do.report(
                    #"{"outcome": "failure"}"#, #"{"counted": false, "reason": "disabled"}"#),
                Do.settle("a", "failure", #"{"counted": false, "reason": "disabled"}"#),
                Do.state(#"{"state": "closed", "counts": {"total": 0}, "generation": 1}"#),
                Step(
                    "GET \(Do.path)/stats", nil, 200, #"{"totals": {"allowed": 0, "failures": 0}}"#),
            ]),
        Scenario(
            "a changed policy keeps the counts of the same window, and when it opened",
            [
                Do.put(#"{"window": {"type": "count", "size": 10}, "minimum_calls": 10}"#),
                Do.report(#"{"outcome": "failure", "count": 3}"#),
                Step("PATCH \(Do.path)", #"{"spec": {"minimum_calls": 4}}"#).tells(
                    "policy.updated"),
                Do.state(#"{"counts": {"failures": 3}}"#),
                Do.report(#"{"outcome": "failure"}"#, #"{"state": "open"}"#)
                    .tells("breaker.opened"),
                .advance(5000),
                Step("PATCH \(Do.path)", #"{"spec": {"open_duration_ms": 7000}}"#)
                    .tells("policy.updated"),
                Do.acquire(#"{"allowed": false, "retry_after_ms": 2000, "policy_version": 3}"#),
                Step("DELETE \(Do.path)/state").tells("breaker.released"),
                Do.report(#"{"outcome": "failure", "count": 3}"#),
                Step("PATCH \(Do.path)", #"{"spec": {"window": {"size": 20}}}"#)
                    .tells("policy.updated"),
                Do.report(#"{"outcome": "success"}"#),
                Do.state(#"{"counts": {"total": 1, "failures": 0}}"#),
            ]),
        Scenario(
            "a deleted breaker leaves nothing to the next of its name",
            [
                Do.put(simple), Do.open(),
                Step("DELETE \(Do.path)", nil, 204, "").tells("policy.deleted"),
                Step("POST \(Do.path)/acquire", "{}", 404), Do.put(simple),
                Do.acquire(#"{"allowed": true, "generation": 1, "policy_version": 2}"#),
            ]),
        Scenario(
            "statistics count what was decided and told",
            [
                Do.put(#"{"window": {"type": "consecutive"}, "failure_threshold": 2}"#),
                Do.acquire(#"{"allowed": true}"#),
                Do.report(#"{"outcome": "success", "count": 3}"#),
                Do.report(#"{"outcome": "failure"}"#), Do.report(#"{"outcome": "ignored"}"#, "{}"),
                Do.report(#"{"outcome": "timeout"}"#).tells("breaker.opened"),
                Do.acquire(#"{"allowed": false}"#),
                Step(
                    "GET \(Do.path)/stats", nil, 200,
                    #"""
                    {"name": "payments", "totals": {"allowed": 1, "denied": 1, "successes": 3,
                     "failures": 2, "ignored": 1},
                     "last_minute": {"allowed": 1, "denied": 1}}
                    """#),
                .advance(61_000),
                Step(
                    "GET \(Do.path)/stats", nil, 200,
                    #"{"totals": {"allowed": 1}, "last_minute": {"allowed": 0, "denied": 0}}"#),
            ]),
    ]
}
