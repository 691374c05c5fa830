import Testing

@Suite("Retry budgets over HTTP")
struct RetryBudgetScenarioTests {
    @Test(
        "grant so many retries, also after restarts between all calls", arguments: scenarios,
        Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    @Test("tell runs of refusals at most once a second, and count what was left out")
    func throttled() async throws {
        try await Scenario(
            "throttled",
            [
                Self.put(#"{"ratio": 0, "min_per_second": 10, "window_ms": 100}"#), Self.granted,
                Self.refused.tells("retry.budget_exhausted"),
                Step("POST \(Self.path)/reset", #"{"all": true}"#).tells("retry.reset"),
                Self.granted,
                // A second run within the same second is held back until that is over.
                Self.refused, .advance(999),
                Step.advance(1).tells(
                    #"{"type": "retry.budget_exhausted", "at": "2026-01-01T00:00:00.000Z"}"#),
            ]
        ).run()
    }

    @Test("count what they granted and refused")
    func stats() async throws {
        try await Scenario(
            "counts",
            [
                Self.put(#"{"ratio": 0, "min_per_second": 1, "window_ms": 1000}"#), Self.granted,
                Self.refused.tells("retry.budget_exhausted"), Self.refused,
                Self.report("success"), Self.report("failure").tells("retry.exhausted"),
                Step("PATCH \(Self.path)", #"{"mode": "disabled"}"#).tells("policy.updated"),
                Self.granted,
                Step(
                    "POST \(Self.path)/outcomes", #"{"outcome": "failure", "attempts": 3}"#, 200,
                    #"{"counted": false, "reason": "disabled"}"#),
                Step(
                    "GET \(Self.path)/stats", nil, 200,
                    #"""
                    {"totals": {"retried": 1, "refused": 2, "successes": 1, "failures": 1}}
                    """#),
            ]
        ).run()
    }

    private static let path = "/v1/retries/quotes"

    private static func put(_ budget: String, _ rest: String = "") -> Step {
        Step(
            "PUT \(path)", #"{"spec": {"jitter": "none", "budget": \#(budget)}\#(rest)}"#, 201,
            #"{"version": 1}"#
        ).tells("policy.created")
    }

    private static func next(_ body: String, _ answer: String) -> Step {
        Step("POST \(path)/next", body, 200, answer)
    }

    private static let granted = next(
        #"{"attempt": 1, "status": 503}"#,
        #"""
        {"retry": true, "delay_ms": 100, "next_attempt": 2, "attempts_left": 1,
         "reason": "retryable"}
        """#
    ).lacks("/shadow", "/would_allow")

    private static let refused = next(
        #"{"attempt": 1, "status": 503}"#,
        #"""
        {"retry": false, "delay_ms": null, "next_attempt": null, "attempts_left": 0,
         "reason": "budget_exhausted"}
        """#)

    private static func report(_ outcome: String) -> Step {
        Step(
            "POST \(path)/outcomes", #"{"outcome": "\#(outcome)", "attempts": 3}"#, 200,
            #"{"counted": true, "reason": null}"#)
    }

    private static func state(_ firstAttempts: Int, _ retries: Int, _ allowed: Int) -> Step {
        let remaining = max(0, allowed - retries)
        return Step(
            "GET \(path)/state", nil, 200,
            #"""
            {"name": "quotes", "key": "", "budget": {"first_attempts": \#(firstAttempts),
             "retries": \#(retries), "allowed": \#(allowed), "remaining": \#(remaining)}}
            """#)
    }

    private static let scenarios = [
        Scenario(
            "first attempts of all callers pay, whatever became of them, and a run of refusals is "
                + "told at its first and 10 s after its last",
            [
                put(#"{"ratio": 0.5, "min_per_second": 0}"#), state(0, 0, 0),
                refused.tells(
                    #"""
                    {"type": "retry.budget_exhausted", "kind": "retry", "name": "quotes",
                     "key": "", "actor": "anonymous", "policy_version": 1,
                     "reason": "budget_exhausted",
                     "data": {"first_attempts": 0, "retries": 0, "allowed": 0}}
                    """#),
                report("success"), refused,
                report("failure").tells("retry.exhausted"), state(2, 0, 1), granted, refused,
                state(2, 1, 1), Step("GET \(path)/keys", nil, 200, #"{"keys": [{"key": ""}]}"#),
                // What is refused for another reason is no refusal of the budget.
                .advance(9999), next(#"{"attempt": 1, "status": 400}"#, #"{"retry": false}"#),
                .advance(1).tells(
                    #"""
                    {"type": "retry.budget_recovered", "actor": "switchgear", "key": "",
                     "data": {"denied": 3, "exhausted_at": "2026-01-01T00:00:00.000Z",
                      "last_denied_at": "2026-01-01T00:00:00.000Z"}}
                    """#),
                state(0, 0, 0), Step("GET \(path)/keys", nil, 200, #"{"keys": []}"#),
            ]),
        Scenario(
            "what is not to be retried, or too late, takes nothing from the budget",
            [
                put(#"{"ratio": 0, "min_per_second": 1, "window_ms": 1000}"#), state(0, 0, 1),
                next(#"{"attempt": 1, "status": 400}"#, #"{"reason": "not_retryable"}"#),
                next(#"{"attempt": 3, "status": 503}"#, #"{"reason": "exhausted"}"#),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "60"}"#,
                    #"{"reason": "retry_after_too_long"}"#),
                state(0, 0, 1), granted, refused.tells("retry.budget_exhausted"),
                next(#"{"attempt": 3, "status": 503}"#, #"{"reason": "exhausted"}"#),
                state(0, 1, 1), .advance(1000), granted,
            ]),
        Scenario(
            "in shadow the budget is kept and told, and refuses nothing",
            [
                put(
                    #"{"ratio": 0, "min_per_second": 1, "window_ms": 1000}"#,
                    #", "mode": "shadow""#),
                next(
                    #"{"attempt": 1, "status": 503}"#,
                    #"{"retry": true, "shadow": true, "would_allow": true}"#),
                next(
                    #"{"attempt": 1, "status": 503}"#,
                    #"""
                    {"retry": true, "delay_ms": 100, "reason": "retryable", "shadow": true,
                     "would_allow": false}
                    """#
                ).tells(#"{"type": "retry.budget_exhausted", "data": {"shadow": true}}"#),
                state(0, 1, 1),
                next(
                    #"{"attempt": 1, "status": 400}"#,
                    #"{"retry": false, "shadow": true, "would_allow": false}"#),
                Step("PATCH \(path)", #"{"mode": "disabled"}"#).tells("policy.updated"), granted,
                granted, state(0, 1, 1),
            ]),
        Scenario(
            "a changed policy keeps what was counted, and a reset forgets it",
            [
                put(#"{"ratio": 0.1, "min_per_second": 0.1}"#), granted, state(0, 1, 1),
                Step(
                    "PATCH \(path)", #"{"spec": {"budget": {"min_per_second": 0.3}}}"#, 200,
                    #"{"effective": {"budget": {"ratio": 0.1, "min_per_second": 0.3}}}"#
                ).tells("policy.updated"), granted, state(0, 2, 3),
                Step("PATCH \(path)", #"{"spec": {"budget": {"window_ms": 20000}}}"#)
                    .tells("policy.updated"), state(0, 0, 6), granted, state(0, 1, 6),
                Step(
                    "POST \(path)/reset", #"{"all": true, "reason": "drill"}"#, 200,
                    #"{"reset": 1}"#
                )
                .tells(
                    #"""
                    {"type": "retry.reset", "key": null, "reason": "drill",
                     "data": {"keys": 1}}
                    """#), state(0, 0, 6),
                Step("PATCH \(path)", #"{"spec": {"budget": null}}"#).tells("policy.updated"),
                Step("GET \(path)/state", nil, 200, #"{"key": "", "budget": null}"#),
                Step("GET \(path)/keys", nil, 200, #"{"keys": []}"#), granted,
                Step(
                    "GET \(path)/state?key=k", nil, 422,
                    #"{"errors": [{"pointer": "/query/key"}]}"#),
                Step("GET /v1/retries/none/state", nil, 404),
            ]),
        Scenario(
            "what can never grant a retry, or wait as long as it must, is refused",
            [
                Step(
                    "PUT \(path)",
                    #"""
                    {"spec": {"max_delay_ms": 99, "initial_delay_ms": 100,
                     "budget": {"ratio": 0, "min_per_second": 0.05}}}
                    """#, 422,
                    #"""
                    {"errors": [{"pointer": "/spec/budget/min_per_second"},
                      {"pointer": "/spec/max_delay_ms"}]}
                    """#),
                Step(
                    "PUT \(path)",
                    #"{"spec": {"max_delay_ms": 99, "initial_delay_ms": 100, "budget": {}}}"#,
                    422,
                    #"""
                    {"errors": [{"pointer": "/spec/max_delay_ms",
                      "detail": "must be at least initial_delay_ms (100)"}]}
                    """#),
                put("{}"), state(0, 0, 100),
            ]),
    ]
}
