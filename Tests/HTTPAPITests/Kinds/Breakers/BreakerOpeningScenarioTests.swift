import Testing

@Suite("Breakers over HTTP: what opens them")
struct BreakerOpeningScenarioTests {
    @Test("opens by the rules of its window", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = BreakerSteps

    private static let scenarios = [
        Scenario(
            "five failures in a row open it, a success between begins the count anew",
            [
                Do.put(#"{"window": {"type": "consecutive"}}"#, #", "when_unreachable": "deny""#),
                Do.acquire(
                    #"""
                    {"allowed": true, "state": "closed", "permit": "…", "reason": null,
                     "retry_after_ms": null, "generation": 1, "policy_version": 1,
                     "when_unreachable": "deny"}
                    """#
                ).has(["Retry-After": nil]).lacks("/shadow", "/would_allow"),
                Do.report(
                    #"{"outcome": "failure", "count": 4}"#,
                    #"{"counted": true, "state": "closed", "reason": null, "transition": null}"#),
                Do.report(#"{"outcome": "success"}"#),
                Do.report(#"{"outcome": "failure", "count": 3}"#, #"{"state": "closed"}"#),
                Do.report(#"{"outcome": "timeout", "error": {"type": "timeout"}}"#),
                Do.state(
                    #"""
                    {"state": "closed", "consecutive_failures": 4, "failure_rate": null,
                     "counts": {"failures": 8, "timeouts": 1}}
                    """#),
                Do.report(
                    #"{"outcome": "failure", "error": {"type": "network", "status": 502}}"#,
                    #"""
                    {"counted": true, "state": "open", "transition": {"from": "closed",
                     "to": "open", "reason": "consecutive_failures"}}
                    """#
                ).with(["X-Actor": "web-1"]).tells(
                    #"""
                    {"type": "breaker.opened", "kind": "breaker", "name": "payments", "key": "",
                     "actor": "web-1", "policy_version": 1, "reason": "consecutive_failures",
                     "data": {"from": "closed", "to": "open", "generation": 2,
                      "consecutive_failures": 5, "open_for_ms": 30000,
                      "thresholds": {"failure_threshold": 5}}}
                    """#),
                Do.acquire(
                    #"""
                    {"allowed": false, "state": "open", "permit": null, "reason": "open",
                     "retry_after_ms": 30000, "generation": 2}
                    """#
                ).has(["Retry-After": "30"]),
                .advance(29_999),
                Step(
                    "POST \(Do.path)/acquire?deny_status=503", "{}", 503,
                    #"{"allowed": false, "retry_after_ms": 1}"#
                ).has(["Retry-After": "1", "Content-Type": "application/json"]),
                Do.report(
                    #"{"outcome": "failure"}"#,
                    #"{"counted": false, "state": "open", "reason": "not_closed"}"#),
            ]),
        Scenario(
            "a count window opens at a share of the last calls, of which there must be enough",
            [
                Do.put(#"{"window": {"type": "count", "size": 4}}"#),
                Do.report(#"{"outcome": "success"}"#),
                Do.report(#"{"outcome": "failure", "count": 2}"#, #"{"state": "closed"}"#),
                Do.state(#"{"failure_rate": null, "counts": {"total": 3, "successes": 1}}"#),
                Do.report(
                    #"{"outcome": "success"}"#,
                    #"{"state": "open", "transition": {"reason": "failure_rate"}}"#
                ).tells(
                    #"""
                    {"type": "breaker.opened", "reason": "failure_rate",
                     "data": {"failure_rate": 0.5, "counts": {"total": 4, "failures": 2},
                      "thresholds": {"minimum_calls": 4, "failure_rate_threshold": 0.5}}}
                    """#),
            ]),
        Scenario(
            "a count window forgets the calls before its size",
            [
                Do.put(
                    #"""
                    {"window": {"type": "count", "size": 4}, "minimum_calls": 2,
                     "failure_rate_threshold": 0.6}
                    """#),
                Do.report(#"{"outcome": "failure"}"#), Do.report(#"{"outcome": "success"}"#),
                Do.report(#"{"outcome": "failure"}"#, #"{"state": "open"}"#)
                    .tells("breaker.opened"),
                Step("DELETE \(Do.path)/state", nil, 200, #"{"state": "closed"}"#)
                    .tells("breaker.released"),
                Do.report(#"{"outcome": "success", "count": 4}"#),
                Do.report(#"{"outcome": "failure", "count": 2}"#, #"{"state": "closed"}"#),
                Do.state(#"{"failure_rate": 0.5, "counts": {"total": 4, "failures": 2}}"#),
            ]),
        Scenario(
            "a time window forgets slice by slice, and an outcome counts to the end of its own",
            [
                Do.put(
                    #"""
                    {"window": {"type": "time", "duration_ms": 10000}, "minimum_calls": 2,
                     "failure_rate_threshold": 1}
                    """#),
                Do.report(#"{"outcome": "success"}"#), .advance(9999),
                Do.state(#"{"counts": {"total": 1, "successes": 1}}"#), .advance(1),
                Do.state(#"{"counts": {"total": 0, "successes": 0}, "failure_rate": null}"#),
                Do.report(#"{"outcome": "failure"}"#, #"{"state": "closed"}"#), .advance(9000),
                Do.report(
                    #"{"outcome": "failure"}"#, #"{"transition": {"reason": "failure_rate"}}"#
                ).tells("breaker.opened"),
            ]),
        Scenario(
            "a number of failures opens it whatever their share, once there are calls enough",
            [
                Do.put(
                    #"""
                    {"window": {"type": "count", "size": 100}, "minimum_calls": 10,
                     "failure_rate_threshold": 1, "failure_threshold": 3}
                    """#),
                Do.report(#"{"outcome": "failure", "count": 3}"#, #"{"state": "closed"}"#),
                Do.report(#"{"outcome": "success", "count": 6}"#, #"{"state": "closed"}"#),
                Do.report(
                    #"{"outcome": "success"}"#, #"{"transition": {"reason": "failures"}}"#
                ).tells(#"{"type": "breaker.opened", "data": {"failure_rate": 0.3}}"#),
            ]),
        Scenario(
            "slow calls open it, and slow is longer than said",
            [
                Do.put(
                    #"""
                    {"window": {"type": "count", "size": 10}, "minimum_calls": 4,
                     "slow_call_duration_ms": 100, "slow_call_rate_threshold": 0.5}
                    """#),
                Do.report(#"{"outcome": "success", "duration_ms": 100, "count": 2}"#),
                Do.report(#"{"outcome": "success", "duration_ms": 101}"#),
                Do.state(#"{"counts": {"slow": 1}, "slow_rate": null}"#),
                Do.report(
                    #"{"outcome": "success", "duration_ms": 5000}"#,
                    #"{"state": "open", "transition": {"reason": "slow_rate"}}"#
                ).tells(
                    #"""
                    {"type": "breaker.opened", "reason": "slow_rate",
                     "data": {"slow_rate": 0.5, "failure_rate": 0, "counts": {"slow": 2}}}
                    """#),
            ]),
        Scenario(
            "one broken reporter opens it for nobody; nobody is one reporter more",
            [
                Do.put(
                    #"{"window": {"type": "consecutive"}, "failure_threshold": 2, "min_reporters": 2}"#
                ),
                Do.report(
                    #"{"outcome": "failure", "reporter": "web-1", "count": 50}"#,
                    #"{"state": "closed"}"#),
                Do.report(
                    #"{"outcome": "failure", "reporter": "web-1"}"#, #"{"state": "closed"}"#),
                Do.report(#"{"outcome": "failure"}"#, #"{"state": "open"}"#)
                    .tells("breaker.opened"),
            ]),
        Scenario(
            "many outcomes in one request are counted one after another, and answered in order",
            [
                Do.put(#"{"window": {"type": "consecutive"}, "failure_threshold": 2}"#),
                Do.report(
                    #"""
                    {"outcomes": [{"outcome": "failure"}, {"outcome": "ignored"},
                     {"outcome": "failure", "key": "b"}, {"outcome": "timeout"},
                     {"outcome": "success"}]}
                    """#,
                    #"""
                    {"results": [
                     {"counted": true, "state": "closed"},
                     {"counted": false, "reason": "ignored", "state": "closed"},
                     {"counted": true, "state": "closed"},
                     {"counted": true, "state": "open", "transition": {"to": "open"}},
                     {"counted": false, "reason": "not_closed", "transition": null}]}
                    """#
                ).tells(#"{"type": "breaker.opened", "key": ""}"#),
                Do.state(#"{"counts": {"total": 2, "timeouts": 1, "ignored": 1}}"#),
                Do.report(#"{"outcomes": []}"#, "{}").refused("/outcomes"),
                Do.report(#"{"outcomes": [{"outcome": "good"}]}"#, "{}")
                    .refused("/outcomes/0/outcome"),
                Do.report(#"{"outcome": "failure", "count": 0}"#, "{}").refused("/count"),
                Do.report(#"{"outcome": "failure", "outcomes": [{"outcome": "failure"}]}"#, "{}")
                    .refused("/outcome"),
            ]),
    ]
}
