import Testing

@Suite("Retries of calls that guards allowed")
struct GuardRetryScenarioTests {
    @Test("are decided when a failure is settled", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = GuardSteps

    /// Three attempts, 100 ms and 200 ms apart, within two seconds.
    private static let create = Do.create([
        Do.policy(
            "retry", "r",
            #"""
            {"max_attempts": 3, "jitter": "none", "max_delay_ms": 1000, "max_elapsed_ms": 2000}
            """#),
        Do.guarding(#"{"retry": "r"}"#),
    ])

    private static func failed(
        _ attempt: Int, _ outcome: String, _ details: String, _ retry: String,
        _ events: String...
    ) -> [Step] {
        var settling = Do.settle(
            "p", outcome, #"{"counted": true, "state": null, "retry": \#(retry)}"#, details)
        settling.events = events
        return [
            Do.allowed("p", Do.attributes(), #""attempt": \#(attempt)"#), settling,
        ]
    }

    private static func no(_ reason: String) -> String {
        #"""
        {"retry": false, "delay_ms": null, "next_attempt": null, "attempts_left": 0,
         "reason": "\#(reason)", "policy_version": 1}
        """#
    }

    private static func yes(_ next: Int, after delay: Int, left: Int) -> String {
        #"""
        {"retry": true, "delay_ms": \#(delay), "next_attempt": \#(next), "attempts_left": \#(left),
         "reason": "retryable", "policy_version": 1}
        """#
    }

    private static let scenarios = [
        Scenario(
            "by the status or the error of the outcome, and the attempt of the call",
            [create]
                + failed(1, "failure", #""error": {"status": 503}"#, yes(2, after: 100, left: 1))
                + failed(
                    2, "failure", #""error": {"type": "network"}"#, yes(3, after: 200, left: 0))
                + failed(
                    3, "failure", #""error": {"status": 503}"#, no("exhausted"), "retry.exhausted")
                + failed(1, "failure", #""error": {"status": 404}"#, no("not_retryable"))
                + failed(1, "failure", #""duration_ms": 5"#, no("not_retryable"))
                + [
                    Step(
                        "GET /v1/retries/r/stats", nil, 200,
                        #"{"totals": {"retried": 2, "refused": 3}}"#)
                ]),
        Scenario(
            "a timeout is the error of that name, whatever else is said",
            [create] + failed(1, "timeout", #""duration_ms": 5"#, yes(2, after: 100, left: 1))
                + failed(
                    1, "timeout", #""error": {"type": "other"}"#, yes(2, after: 100, left: 1))),
        Scenario(
            "within the time there is, and as the upstream asks",
            [create]
                + failed(
                    1, "failure", #""error": {"status": 503}, "elapsed_ms": 1900"#,
                    yes(2, after: 100, left: 1))
                + failed(
                    1, "failure", #""error": {"status": 503}, "elapsed_ms": 1901"#,
                    no("deadline"))
                + failed(
                    1, "failure", #""error": {"status": 503}, "retry_after": "1""#,
                    yes(2, after: 1000, left: 1))
                + failed(
                    1, "failure", #""error": {"status": 503}, "retry_after": "2", "elapsed_ms": 0"#,
                    no("retry_after_too_long"))),
        Scenario(
            "a call that went well, was not made, or has no retry policy has none",
            [
                create, Do.allowed(),
                Do.settle("p", "success", #"{"counted": true, "retry": null}"#),
                Do.allowed(), Do.settle("p", "ignored", #"{"reason": "ignored", "retry": null}"#),
                Do.change(
                    Do.policy("guard", "checkout", #"{"retry": "r"}"#, mode: "disabled")),
                Do.allowed(), Do.settle("p", "failure", #"{"reason": "disabled", "retry": null}"#),
                Do.create([Do.limiter("l", 9)]),
                Do.change(Do.guarding(#"{"limiters": [{"name": "l", "key": ""}]}"#)),
                Do.allowed(),
                Do.settle("p", "failure", #"{"counted": true, "retry": null}"#),
            ]),
        Scenario(
            "within the budget: a settled first attempt pays for retries, a retry is paid for",
            [
                Do.create([
                    Do.policy(
                        "retry", "r",
                        #"""
                        {"jitter": "none",
                         "budget": {"ratio": 0.5, "min_per_second": 0, "window_ms": 10000}}
                        """#),
                    Do.guarding(#"{"retry": "r"}"#),
                ])
            ]
                + failed(
                    1, "failure", #""error": {"status": 503}"#, no("budget_exhausted"),
                    "retry.budget_exhausted")
                + failed(1, "failure", #""error": {"status": 503}"#, yes(2, after: 100, left: 1))
                // A second attempt is no first one, and the one retry there is was granted.
                + failed(2, "failure", #""error": {"status": 503}"#, no("budget_exhausted"))
                + [
                    Do.allowed(), Do.settle("p", "success", #"{"counted": true}"#),
                    Do.allowed(), Do.settle("p", "success", #"{"counted": true}"#),
                    Do.settle("p", "success", #"{"reason": "duplicate"}"#),
                ]
                + failed(2, "failure", #""error": {"status": 503}"#, yes(3, after: 200, left: 0))
                + [
                    Step(
                        "GET /v1/retries/r/state", nil, 200,
                        #"{"budget": {"first_attempts": 4, "retries": 2, "remaining": 0}}"#),
                    .advance(10_000).tells(#"{"type": "retry.budget_recovered", "name": "r"}"#),
                ]),
        Scenario(
            "what is settled teaches the timeout",
            [
                Do.create([
                    Do.policy(
                        "timeout", "t",
                        #"""
                        {"timeout_ms": 500, "adaptive": {"percentile": 0.5, "multiplier": 2,
                         "min_ms": 10, "max_ms": 1000, "minimum_samples": 1}}
                        """#),
                    Do.guarding(#"{"timeout": "t"}"#),
                ]),
                Do.ask(#"{"timeout_ms": 500}"#).keeps("/permit", as: "p"),
                Do.settle("p", "success", #"{"counted": true}"#, #""duration_ms": 40"#),
                Do.ask(#"{"timeout_ms": 80}"#).keeps("/permit", as: "p"),
                Do.settle("p", "ignored", "{}", #""duration_ms": 400"#),
                Do.settle("p", "success", #"{"reason": "duplicate"}"#, #""duration_ms": 400"#),
                Do.ask(#"{"timeout_ms": 80}"#),
            ]),
    ]
}
