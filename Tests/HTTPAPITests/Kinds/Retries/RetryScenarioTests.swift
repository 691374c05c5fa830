import Testing

@Suite("Retries over HTTP")
struct RetryScenarioTests {
    @Test("say whether and when", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private static let path = "/v1/retries/standard"

    private static func put(_ spec: String, _ rest: String = "") -> Step {
        Step("PUT \(path)", #"{"spec": \#(spec)\#(rest)}"#, 201).tells("policy.created")
    }

    private static func next(_ body: String, _ answer: String) -> Step {
        Step("POST \(path)/next", body, 200, answer)
    }

    private static func refused(_ reason: String) -> String {
        #"""
        {"retry": false, "delay_ms": null, "next_attempt": null, "attempts_left": 0,
         "reason": "\#(reason)"}
        """#
    }

    /// The delays after the attempts 1, 2, … of failures that may be tried again.
    private static func delays(_ delays: Int...) -> [Step] {
        delays.enumerated().map { index, delay in
            next(
                #"{"attempt": \#(index + 1), "status": 503}"#,
                #"{"retry": true, "delay_ms": \#(delay), "next_attempt": \#(index + 2)}"#)
        }
    }

    private static let scenarios = [
        Scenario(
            "a failure is tried again after its delay, as often as attempts are left",
            [
                put(#"{"jitter": "none"}"#),
                next(
                    #"{"attempt": 1, "status": 503, "error": "timeout", "elapsed_ms": 20}"#,
                    #"""
                    {"retry": true, "delay_ms": 100, "next_attempt": 2, "attempts_left": 1,
                     "reason": "retryable", "policy_version": 1}
                    """#
                ).has(["Retry-After": nil]),
                next(
                    #"{"attempt": 2, "error": "network"}"#,
                    #"{"retry": true, "delay_ms": 200, "next_attempt": 3, "attempts_left": 0}"#),
                next(#"{"attempt": 3, "status": 503}"#, refused("exhausted")),
                next(#"{"attempt": 2147483647, "status": 503}"#, refused("exhausted")),
                Step(
                    "GET \(path)/stats", nil, 200,
                    #"{"name": "standard", "totals": {"retried": 2, "refused": 2}}"#),
            ]),
        Scenario(
            "what is not to be tried again is not, and never wins over always",
            [
                put(
                    #"""
                    {"jitter": "none", "retry_on": {"statuses": [503], "errors": ["timeout"]},
                     "never_on": {"statuses": [400], "errors": ["fatal"]}}
                    """#),
                next(#"{"attempt": 1, "status": 502}"#, refused("not_retryable")),
                next(#"{"attempt": 1, "error": "network"}"#, refused("not_retryable")),
                next(#"{"attempt": 1}"#, refused("not_retryable")),
                next(#"{"attempt": 9, "status": 502}"#, refused("not_retryable")),
                next(#"{"attempt": 1, "status": 502, "error": "timeout"}"#, #"{"retry": true}"#),
                next(
                    #"{"attempt": 1, "status": 400, "error": "timeout"}"#, refused("not_retryable")
                ),
                next(
                    #"{"attempt": 1, "status": 503, "error": "fatal"}"#, refused("not_retryable")),
            ]),
        Scenario(
            "exponential delays grow by the multiplier up to the longest, for ever",
            [
                put(
                    #"""
                    {"jitter": "none", "max_attempts": 1000000000, "initial_delay_ms": 100,
                     "multiplier": 3, "max_delay_ms": 1000}
                    """#)
            ] + delays(100, 300, 900, 1000, 1000) + [
                next(
                    #"{"attempt": 999999999, "status": 503}"#,
                    #"{"delay_ms": 1000, "next_attempt": 1000000000, "attempts_left": 0}"#)
            ]),
        Scenario(
            "fixed delays stay the same",
            [put(#"{"jitter": "none", "backoff": "fixed", "max_attempts": 5}"#)]
                + delays(100, 100, 100, 100)),
        Scenario(
            "linear delays grow by the increment, which is the first delay unless said",
            [put(#"{"jitter": "none", "backoff": "linear", "max_attempts": 5}"#)]
                + delays(100, 200, 300, 400) + [
                    Step("PATCH \(path)", #"{"spec": {"increment_ms": 7}}"#)
                        .tells("policy.updated")
                ] + delays(100, 107, 114, 121)),
        Scenario(
            "fibonacci delays grow by it",
            [
                put(
                    #"""
                    {"jitter": "none", "backoff": "fibonacci", "max_attempts": 9,
                     "max_delay_ms": 1200}
                    """#)
            ] + delays(100, 100, 200, 300, 500, 800, 1200, 1200)),
        Scenario(
            "Retry-After is obeyed, in seconds or as a date, unless it asks for too long",
            [
                put(#"{"jitter": "none", "max_delay_ms": 5000}"#),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "2"}"#,
                    #"{"retry": true, "delay_ms": 2000}"#),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "0"}"#, #"{"delay_ms": 100}"#),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "Thu, 01 Jan 2026 00:00:03 GMT"}"#,
                    #"{"delay_ms": 3000}"#),
                next(
                    #"""
                    {"attempt": 1, "status": 503,
                     "retry_after": "Thursday, 01-Jan-26 00:00:04 GMT"}
                    """#, #"{"delay_ms": 4000}"#),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "Thu Jan  1 00:00:05 2026"}"#,
                    #"{"delay_ms": 5000}"#),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "6"}"#,
                    refused("retry_after_too_long")),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "Thu, 01 Jan 1970 00:00:00 GMT"}"#,
                    #"{"delay_ms": 100}"#),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "-3"}"#, #"{"delay_ms": 100}"#),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "soon"}"#,
                    #"{"delay_ms": 100}"#),
                .advance(2000),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "Thu, 01 Jan 2026 00:00:03 GMT"}"#,
                    #"{"delay_ms": 1000}"#),
                Step("PATCH \(path)", #"{"spec": {"honor_retry_after": false}}"#)
                    .tells("policy.updated"),
                next(
                    #"{"attempt": 1, "status": 503, "retry_after": "6"}"#,
                    #"{"retry": true, "delay_ms": 100, "policy_version": 2}"#),
            ]),
        Scenario(
            "a retry that would begin after the deadline is none",
            [
                put(#"{"jitter": "none", "max_elapsed_ms": 1000}"#),
                next(
                    #"{"attempt": 1, "status": 503, "elapsed_ms": 900}"#,
                    #"{"retry": true, "delay_ms": 100}"#),
                next(#"{"attempt": 1, "status": 503, "elapsed_ms": 901}"#, refused("deadline")),
                next(
                    #"{"attempt": 1, "status": 503, "elapsed_ms": 0, "retry_after": "86400"}"#,
                    refused("deadline")),
                next(#"{"attempt": 3, "status": 503, "elapsed_ms": 901}"#, refused("exhausted")),
            ]),
        Scenario(
            "the schedule tells the delays before any call, and their bounds with jitter",
            [
                put(
                    #"{"jitter": "factor", "jitter_factor": 0.5, "max_attempts": 4, "max_delay_ms": 350}"#
                ),
                Step(
                    "GET \(path)/schedule", nil, 200,
                    #"""
                    {"name": "standard", "policy_version": 1, "delays": [
                     {"attempt": 1, "delay_ms": 100, "min_ms": 50, "max_ms": 150},
                     {"attempt": 2, "delay_ms": 200, "min_ms": 100, "max_ms": 300},
                     {"attempt": 3, "delay_ms": 350, "min_ms": 175, "max_ms": 350}]}
                    """#),
                Step("GET /v1/retries/none/schedule", nil, 404),
            ]),
        Scenario(
            "a call that failed for good is told, one a second, and one that succeeded is not",
            [
                put("{}"),
                Step(
                    "POST \(path)/outcomes",
                    #"{"outcome": "failure", "attempts": 3, "duration_ms": 900}"#, 200,
                    #"{"counted": true}"#
                ).with(["X-Actor": "web-1"]).tells(
                    #"""
                    {"type": "retry.exhausted", "kind": "retry", "name": "standard",
                     "actor": "web-1", "policy_version": 1, "data": {"attempts": 3}}
                    """#),
                .advance(1000),
                Step("POST \(path)/outcomes", #"{"outcome": "failure", "attempts": 2}"#),
                Step("POST \(path)/outcomes", #"{"outcome": "success", "attempts": 3}"#),
                Step("POST \(path)/outcomes", #"{"outcome": "failure", "attempts": 4}"#)
                    .tells("retry.exhausted"),
                Step(
                    "GET \(path)/stats", nil, 200, #"{"totals": {"successes": 1, "failures": 3}}"#),
                Step("POST /v1/retries/none/outcomes", #"{"outcome": "success"}"#, 404),
            ]),
        Scenario(
            "a body that says nothing of an attempt is refused with every fault",
            [
                put("{}"), next("{}", "{}").refused("/attempt"),
                next(#"{"attempt": 0, "status": 99, "elapsed_ms": -1, "tries": 1}"#, "{}")
                    .refused("/tries", "/attempt", "/status", "/elapsed_ms"),
                Step("POST \(path)/outcomes", #"{"outcome": "gone"}"#).refused("/outcome"),
                Step("POST /v1/retries/none/next", #"{"attempt": 1}"#, 404),
            ]),
    ]
}
