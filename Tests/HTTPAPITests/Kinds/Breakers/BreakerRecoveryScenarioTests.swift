import Testing

@Suite("Breakers over HTTP: how they recover")
struct BreakerRecoveryScenarioTests {
    @Test("tries again carefully, with probes", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = BreakerSteps

    /// A breaker that one failure opens, with these members besides.
    private static func put(_ members: String) -> Step {
        Do.put(#"{"window": {"type": "consecutive"}, "failure_threshold": 1\#(members)}"#)
    }

    private static let counted = #"{"counted": true, "state": "half_open", "transition": null}"#

    private static let closing = #"""
        {"counted": true, "state": "closed", "transition": {"from": "half_open", "to": "closed",
         "reason": "probes_succeeded"}}
        """#

    private static let scenarios = [
        Scenario(
            "the first call after its time is a probe; so many are out at once, so many close it",
            [
                put(#", "half_open_permits": 2, "success_threshold": 2"#), Do.open(),
                .advance(30_000),
                Do.state(
                    #"""
                    {"state": "half_open", "would_allow": true, "retry_after_ms": null,
                     "generation": 2, "times_opened": 1,
                     "half_open": {"in_flight": 0, "successes": 0, "permits": 2}}
                    """#),
                Do.allowed("a", "half_open").tells(
                    #"""
                    {"type": "breaker.half_opened", "reason": "open_duration_over",
                     "data": {"from": "open", "to": "half_open", "generation": 3}}
                    """#),
                Do.allowed("b", "half_open"),
                Do.acquire(
                    #"""
                    {"allowed": false, "state": "half_open", "permit": null,
                     "reason": "probes_in_flight", "retry_after_ms": 1000}
                    """#
                ).has(["Retry-After": "1"]),
                Do.settle("a", "success", counted),
                Do.state(#"{"half_open": {"in_flight": 1, "successes": 1}}"#),
                Do.allowed("c", "half_open"),
                Do.settle("b", "success", closing).tells(
                    #"{"type": "breaker.closed", "reason": "probes_succeeded"}"#),
                Do.settle(
                    "c", "failure",
                    #"{"counted": false, "reason": "stale_generation", "state": "closed"}"#),
                Do.state(
                    #"""
                    {"state": "closed", "counts": {"total": 0, "failures": 0, "denied": 0},
                     "consecutive_failures": 0, "times_opened": 1, "generation": 4}
                    """#),
            ]),
        Scenario(
            "a failed probe opens it again, longer each time, up to the most; closed, anew",
            [
                put(
                    #"""
                    , "open_duration_ms": 1000, "open_multiplier": 2.5,
                    "max_open_duration_ms": 4000, "success_threshold": 1
                    """#), Do.open(), .advance(1000),
                Do.allowed("a", "half_open").tells("breaker.half_opened"),
                Do.settle(
                    "a", "failure",
                    #"{"state": "open", "transition": {"reason": "probe_failed"}}"#
                ).tells(
                    #"{"type": "breaker.opened", "reason": "probe_failed", "data": {"open_for_ms": 2500}}"#
                ),
                Do.acquire(#"{"allowed": false, "retry_after_ms": 2500}"#), .advance(2500),
                Do.allowed("b", "half_open").tells("breaker.half_opened"),
                Do.settle("b", "timeout", #"{"state": "open"}"#).tells("breaker.opened"),
                Do.acquire(#"{"allowed": false, "retry_after_ms": 4000}"#), .advance(4000),
                Do.allowed("c", "half_open").tells("breaker.half_opened"),
                Do.settle("c", "success", #"{"state": "closed"}"#).tells("breaker.closed"),
                Do.open(), Do.acquire(#"{"allowed": false, "retry_after_ms": 1000}"#),
            ]),
        Scenario(
            "a slow probe opens it again, where slow is set",
            [
                put(#", "slow_call_duration_ms": 100"#), Do.open(), .advance(30_000),
                Do.allowed("a", "half_open").tells("breaker.half_opened"),
                Step(
                    "POST /v1/permits/<a>/outcome", #"{"outcome": "success", "duration_ms": 101}"#,
                    200, #"{"state": "open", "transition": {"reason": "probe_slow"}}"#
                ).tells(#"{"type": "breaker.opened", "reason": "probe_slow"}"#),
            ]),
        Scenario(
            "an ignored probe gives its place back and counts nothing",
            [
                put(#", "half_open_permits": 1, "success_threshold": 1"#), Do.open(),
                .advance(30_000), Do.allowed("a", "half_open").tells("breaker.half_opened"),
                Do.acquire(#"{"allowed": false}"#),
                Do.settle(
                    "a", "ignored",
                    #"""
                    {"counted": false, "reason": "ignored", "state": "half_open",
                     "transition": null}
                    """#),
                Do.allowed("b", "half_open"),
                Do.settle("b", "success", closing).tells("breaker.closed"),
            ]),
        Scenario(
            "a probe that is not settled opens it again as of the instant its time was over",
            [
                put(#", "open_duration_ms": 1000, "probe_timeout_ms": 500"#), Do.open(),
                .advance(1000), Do.allowed("a", "half_open").tells("breaker.half_opened"),
                .advance(499), Do.state(#"{"state": "half_open"}"#),
                .advance(701).tells(
                    #"""
                    {"type": "breaker.probe_expired", "reason": "probe_expired",
                     "actor": "switchgear", "at": "2026-01-01T00:00:01.500Z"}
                    """#, #"{"type": "breaker.opened", "reason": "probe_expired"}"#),
                Do.acquire(#"{"allowed": false, "state": "open", "retry_after_ms": 300}"#),
                Do.settle("a", "success", #"{"counted": false, "reason": "expired"}"#),
            ]),
        Scenario(
            "a probe that is not settled does not make it stay open longer",
            [
                put(
                    #"""
                    , "open_duration_ms": 1000, "open_multiplier": 3, "probe_timeout_ms": 500
                    """#), Do.open(), .advance(1000),
                Do.allowed("a", "half_open").tells("breaker.half_opened"),
                .advance(500).tells(
                    "breaker.probe_expired",
                    #"{"type": "breaker.opened", "data": {"open_for_ms": 1000}}"#),
                Do.acquire(#"{"allowed": false, "retry_after_ms": 1000}"#),
            ]),
        Scenario(
            "with on_probe_timeout release a probe that is not settled only frees its place",
            [
                put(
                    #"""
                    , "open_duration_ms": 1000, "probe_timeout_ms": 1500, "half_open_permits": 1,
                    "success_threshold": 1, "on_probe_timeout": "release"
                    """#), Do.open(), .advance(1000),
                Do.allowed("a", "half_open").tells("breaker.half_opened"),
                .advance(300),
                Do.acquire(#"{"reason": "probes_in_flight", "retry_after_ms": 1000}"#)
                    .has(["Retry-After": "1"]),
                .advance(1000),
                Do.acquire(#"{"reason": "probes_in_flight", "retry_after_ms": 200}"#),
                Do.state(#"{"would_allow": false, "retry_after_ms": 200, "generation": 3}"#),
                .advance(700).tells(
                    #"""
                    {"type": "breaker.probe_expired", "reason": "probe_expired",
                     "actor": "switchgear", "at": "2026-01-01T00:00:02.500Z",
                     "data": {"from": "half_open", "to": "half_open", "generation": 3}}
                    """#),
                Do.state(#"{"state": "half_open", "generation": 3, "times_opened": 1}"#),
                Do.settle("a", "success", #"{"counted": false, "reason": "expired"}"#),
                Do.allowed("b", "half_open"),
                Do.settle("b", "success", #"{"state": "closed"}"#).tells("breaker.closed"),
            ]),
        Scenario(
            "while disabled nothing is recorded; what fell due meanwhile is, once it is enabled",
            [
                put(#", "open_duration_ms": 1000, "automatic_half_open": true"#), Do.open(),
                Step("PATCH \(Do.path)", #"{"mode": "disabled"}"#).tells("policy.updated"),
                .advance(5000), Do.allowed("a", "half_open"),
                Do.settle("a", "failure", #"{"counted": false, "reason": "disabled"}"#),
                Step("DELETE /v1/permits/<a>", nil, 204, ""),
                Do.report(
                    #"{"outcome": "failure"}"#, #"{"counted": false, "reason": "disabled"}"#),
                .advance(1000),
                Step("PATCH \(Do.path)", #"{"mode": "enforce"}"#).tells(
                    "policy.updated",
                    #"""
                    {"type": "breaker.half_opened", "actor": "switchgear",
                     "data": {"effective_at": "2026-01-01T00:00:01.000Z"}}
                    """#),
            ]),
        Scenario(
            "with automatic_half_open it half-opens at that instant without any call",
            [
                put(#", "open_duration_ms": 1000, "automatic_half_open": true"#), Do.open(),
                .advance(999),
                .advance(2).tells(
                    #"""
                    {"type": "breaker.half_opened", "actor": "switchgear",
                     "reason": "open_duration_over", "at": "2026-01-01T00:00:01.000Z"}
                    """#),
                Do.state(#"{"state": "half_open", "since_at": "2026-01-01T00:00:01.000Z"}"#),
                Do.allowed("a", "half_open"),
            ]),
        Scenario(
            "what it saw when it opened is shown until it closes",
            [
                Do.put(
                    #"""
                    {"window": {"type": "time", "duration_ms": 1000}, "minimum_calls": 2,
                     "success_threshold": 1}
                    """#),
                Do.report(#"{"outcome": "success"}"#),
                Do.report(#"{"outcome": "failure"}"#).tells("breaker.opened"),
                Do.acquire(#"{"allowed": false}"#), .advance(30_000),
                Do.state(
                    #"""
                    {"state": "half_open", "failure_rate": 0.5, "counts": {"total": 2,
                     "successes": 1, "failures": 1, "denied": 1},
                     "last_failure_at": "2026-01-01T00:00:00.000Z"}
                    """#),
                Do.allowed("a", "half_open").tells(
                    #"{"type": "breaker.half_opened", "data": {"failure_rate": 0.5}}"#),
                Do.settle("a", "success", #"{"state": "closed"}"#).tells(
                    #"{"type": "breaker.closed", "data": {"counts": {"total": 2}}}"#),
                Do.state(
                    #"""
                    {"failure_rate": null, "counts": {"total": 0, "denied": 0},
                     "last_failure_at": "2026-01-01T00:00:00.000Z"}
                    """#),
            ]),
    ]
}
