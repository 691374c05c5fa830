import TestSupport
import Testing

@Suite("Past the bound on keys")
struct KeyBoundScenarioTests {
    @Test("calls are answered by when_unreachable, always with 200", arguments: scenarios)
    func scenario(_ scenario: Scenario) async throws {
        var options = TestServer.Options()
        options.maximumKeys = 1
        try await scenario.run(options)
    }

    private static func policies(_ answer: String) -> [Step] {
        let specs = [
            ("limiters", "full", #"{"limits": [{"quota": 2, "period_ms": 86400000}]}"#),
            ("limiters", "p", #"{"limits": [{"quota": 2}]}"#), ("breakers", "p", "{}"),
            ("bulkheads", "p", #"{"max_concurrent": 3}"#),
            (
                "guards", "g",
                #"{"limiters": [{"name": "p", "key": "{u}"}], "bulkhead": "p", "breaker": "p"}"#
            ),
        ]
        let puts = specs.map { kinds, name, spec in
            Step(
                "PUT /v1/\(kinds)/\(name)",
                #"{"spec": \#(spec), "when_unreachable": "\#(answer)"}"#, 201
            ).tells("policy.created")
        }
        let first = Step(
            "POST /v1/limiters/full/acquire", #"{"key": "first"}"#, 200, #"{"allowed": true}"#)
        return puts + [first]
    }

    private static let scenarios = [
        Scenario(
            "yes where the policies allow it, and nothing is counted",
            policies("allow") + [
                Step(
                    "POST /v1/limiters/p/acquire", #"{"key": "k"}"#, 200,
                    #"""
                    {"allowed": true, "reason": "too_many_keys", "limit": null, "remaining": null,
                     "reset_after_ms": null, "retry_after_ms": null}
                    """#
                ).has(["RateLimit": nil]),
                Step(
                    "POST /v1/breakers/p/acquire", #"{"key": "k"}"#, 200,
                    #"""
                    {"allowed": true, "reason": "too_many_keys", "state": null, "generation": null,
                     "permit": "…"}
                    """#
                ).keeps("/permit", as: "permit"),
                Step(
                    "POST /v1/permits/<permit>/outcome", #"{"outcome": "failure"}"#, 200,
                    #"{"counted": false, "reason": "too_many_keys"}"#),
                Step(
                    "POST /v1/permits/<permit>/outcome", #"{"outcome": "failure"}"#, 200,
                    #"{"counted": false, "reason": "duplicate"}"#),
                Step(
                    "POST /v1/breakers/p/outcomes", #"{"key": "k", "outcome": "failure"}"#, 200,
                    #"{"counted": false, "reason": "too_many_keys"}"#),
                Step(
                    "POST /v1/bulkheads/p/acquire", #"{"key": "k"}"#, 200,
                    #"""
                    {"allowed": true, "reason": "too_many_keys", "in_use": null, "limit": null,
                     "queued": null, "expires_at": null, "permit": "…"}
                    """#
                ).has(["RateLimit": nil]),
                Step(
                    "POST /v1/guards/g/acquire", #"{"attributes": {"u": "k"}}"#, 200,
                    #"{"allowed": true, "denied_by": null, "permit": "…"}"#
                ).keeps("/permit", as: "guarded"),
                Step("DELETE /v1/permits/<guarded>", nil, 204, ""),
                Step("DELETE /v1/permits/<permit>", nil, 204, ""),
                Step(
                    "POST /v1/breakers/p/reset", #"{"key": "k"}"#, 200, #"{"reset": 0}"#),
            ]),
        Scenario(
            "no where the policies deny it, with the status that was asked for",
            policies("deny") + [
                Step(
                    "POST /v1/limiters/p/acquire?deny_status=429", #"{"key": "k"}"#, 429,
                    #"{"allowed": false, "reason": "too_many_keys", "retry_after_ms": null}"#
                ).has(["Retry-After": nil]),
                Step(
                    "POST /v1/guards/g/acquire", #"{"attributes": {"u": "k"}}"#, 200,
                    #"""
                    {"allowed": false, "permit": null, "retry_after_ms": null, "denied_by":
                     {"kind": "limiter", "name": "p", "reason": "too_many_keys"}}
                    """#),
                Step(
                    "POST /v1/decisions",
                    #"{"decisions": [{"kind": "bulkhead", "name": "p", "key": "k"}]}"#, 200,
                    #"{"results": [{"allowed": false, "reason": "too_many_keys"}]}"#),
                Step(
                    "GET /v1/breakers/p/state?key=k", nil, 200,
                    #"{"state": "closed", "would_allow": false}"#),
                Step(
                    "PUT /v1/breakers/p/state?key=k", #"{"state": "open"}"#, 503,
                    #"{"type": "urn:switchgear:problem:overloaded"}"#),
            ]),
    ]
}
