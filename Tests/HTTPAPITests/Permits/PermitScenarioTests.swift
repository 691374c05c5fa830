import Testing

@Suite("Permits over HTTP")
struct PermitScenarioTests {
    @Test("stand for one outcome of one call", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = BreakerSteps

    private static let simple = #"{"window": {"type": "consecutive"}, "failure_threshold": 2}"#

    private static let counted = #"{"counted": true, "reason": null, "transition": null}"#

    private static func renew(_ name: String, _ body: String, _ answer: String) -> Step {
        Step("POST /v1/permits/<\(name)>/renew", body, 200, answer)
    }

    private static func release(_ name: String) -> Step {
        Step("DELETE /v1/permits/<\(name)>", nil, 204, "")
    }

    private static func uncounted(_ reason: String) -> String {
        #"{"counted": false, "reason": "\#(reason)", "transition": null}"#
    }

    private static let scenarios = [
        Scenario(
            "one counts once, and what it causes is told",
            [
                Do.put(simple), Do.allowed("a"), Do.allowed("b"),
                Do.settle("a", "failure", #"{"counted": true, "state": "closed"}"#),
                Do.settle("a", "failure", uncounted("duplicate")),
                Do.settle("a", "success", uncounted("duplicate")),
                Do.state(#"{"counts": {"failures": 1}, "state": "closed"}"#),
                Step(
                    "POST /v1/permits/<b>/outcome",
                    #"""
                    {"outcome": "timeout", "duration_ms": 5000, "reporter": "web-1",
                     "error": {"type": "timeout", "message": "no answer", "status": null},
                     "elapsed_ms": 5000, "retry_after": "2", "previous_delay_ms": 10}
                    """#, 200,
                    #"""
                    {"counted": true, "state": "open", "reason": null, "transition":
                     {"from": "closed", "to": "open", "reason": "consecutive_failures"}}
                    """#
                ).tells("breaker.opened"),
            ]),
        Scenario(
            "one from before a change of its breaker is stale",
            [
                Do.put(simple), Do.allowed("a"), Do.allowed("b"),
                Do.report(#"{"outcome": "failure", "count": 2}"#).tells("breaker.opened"),
                Do.settle("a", "success", uncounted("stale_generation")),
                Step("POST \(Do.path)/reset", #"{"key": ""}"#, 200).tells("breaker.reset"),
                Do.settle("b", "failure", uncounted("stale_generation")),
                Do.state(#"{"counts": {"total": 0}}"#),
            ]),
        Scenario(
            "one lives for 300 s, a probe's as long as its probe",
            [
                Do.put(simple), Do.allowed("a"), Do.allowed("b"), .advance(299_999),
                Do.settle("a", "success", counted), .advance(1),
                Do.settle("b", "success", uncounted("expired")),
                Do.settle("b", "success", uncounted("expired")),
            ]),
        Scenario(
            "one whose policy is gone, or is disabled, counts nothing",
            [
                Do.put(simple), Do.allowed("a"), Do.allowed("b"),
                Step("PATCH \(Do.path)", #"{"mode": "disabled"}"#).tells("policy.updated"),
                Do.settle("a", "failure", uncounted("disabled")),
                Step("DELETE \(Do.path)", nil, 204, "").tells("policy.deleted"),
                Do.settle("b", "failure", #"{"counted": false, "reason": "gone", "state": null}"#),
                release("b"), Do.put(simple),
                Do.settle("b", "failure", uncounted("gone")),
                renew("b", "{}", "{}").status(409),
            ]),
        Scenario(
            "one that was given back counts nothing, and can be given back again",
            [
                Do.put(simple), Do.allowed("a"), release("a"), release("a"),
                Do.settle("a", "failure", uncounted("duplicate")),
                Do.state(#"{"counts": {"total": 0, "ignored": 0}}"#),
            ]),
        Scenario(
            "a probe's gives its place back",
            [
                Do.put(
                    #"""
                    {"window": {"type": "consecutive"}, "failure_threshold": 1,
                     "half_open_permits": 1}
                    """#), Do.open(), .advance(30_000),
                Do.allowed("a", "half_open").tells("breaker.half_opened"),
                Do.acquire(#"{"allowed": false, "reason": "probes_in_flight"}"#), release("a"),
                Do.allowed("b", "half_open"), release("a"),
                Do.acquire(#"{"allowed": false, "reason": "probes_in_flight"}"#),
                Do.settle("a", "success", uncounted("duplicate")),
            ]),
        Scenario(
            "a probe's can be renewed, at most for what the policy gives, and no other can",
            [
                Do.put(
                    #"""
                    {"window": {"type": "consecutive"}, "failure_threshold": 1,
                     "open_duration_ms": 1000, "probe_timeout_ms": 500}
                    """#), Do.allowed("plain"), renew("plain", "{}", "{}").status(409), Do.open(),
                .advance(1000), Do.allowed("a", "half_open").tells("breaker.half_opened"),
                .advance(400),
                renew("a", "{}", #"{"expires_at": "2026-01-01T00:00:01.900Z"}"#), .advance(400),
                renew(
                    "a", #"{"lease_ms": 86400000}"#, #"{"expires_at": "2026-01-01T00:00:02.300Z"}"#
                ),
                renew("a", #"{"lease_ms": 100}"#, #"{"expires_at": "2026-01-01T00:00:01.900Z"}"#),
                renew("a", #"{"lease_ms": 0}"#, "{}").refused("/lease_ms"), .advance(99),
                Do.state(#"{"state": "half_open", "half_open": {"in_flight": 1}}"#),
                .advance(1).tells("breaker.probe_expired", "breaker.opened"),
                renew("a", "{}", "{}").status(409),
                Do.settle("a", "success", uncounted("expired")),
            ]),
        Scenario(
            "one that this server did not give is not found",
            [
                Do.put(simple), Do.allowed("a"),
                Step("POST /v1/permits/forged/outcome", #"{"outcome": "success"}"#, 404),
                Step("POST /v1/permits/<a>x/outcome", #"{"outcome": "success"}"#, 404),
                Step("POST /v1/permits/x<a>/outcome", #"{"outcome": "success"}"#, 404),
                Step("POST /v1/permits/%2F/renew", "{}", 404),
                Step("DELETE /v1/permits/forged", nil, 404),
                Step("POST /v1/permits/<a>/outcome", "{}", 422).refused("/outcome"),
                Step("POST /v1/permits/<a>/outcome", #"{"outcome": "success", "count": 2}"#, 422)
                    .refused("/count"),
                Do.settle("a", "success", counted),
            ]),
    ]
}
