import Testing

@Suite("What guards refuse")
struct GuardRefusalScenarioTests {
    @Test("is refused with the place and the reason", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = GuardSteps

    private static func ask(_ body: String) -> Step { Step("POST \(Do.path)/acquire", body) }

    private static func put(_ spec: String) -> Step {
        Step("PUT \(Do.path)", #"{"spec": \#(spec)}"#)
    }

    private static func delete(_ path: String, _ names: String) -> Step {
        Step(
            "DELETE /v1/\(path)", nil, 409,
            #"{"type": "urn:switchgear:problem:conflict", "detail": "\#(names)"}"#)
    }

    private static let named = "is named by the guard \\\"checkout\\\""

    private static let scenarios = [
        Scenario(
            "a call names every attribute that its keys are made of, and nothing is charged",
            [
                Do.create(Do.parts() + [Do.guarding()]),
                ask("{}").refused("/attributes/user", "/attributes/org", "/attributes/host"),
                ask(#"{"attributes": {"org": "a"}}"#).refused(
                    "/attributes/user", "/attributes/host"),
                ask(#"{"attributes": {"user": "1", "org": "a", "host": null}}"#)
                    .refused("/attributes/host"),
                ask(#"{"attributes": {"user": 1, "org": "a", "host": "h"}}"#)
                    .refused("/attributes/user"),
                // A key of two parts may be too long where each of them is not.
                ask(
                    #"{"attributes": {"user": "1", "org": "\#(String(repeating: "x", count: 253))", "host": "h"}}"#
                ).refused("/attributes"),
                ask(#"{"attributes": {"user": "1", "org": "a", "host": "h", "more": "x"}}"#),
                Do.left("per-user", "1", 2), Do.held(1),
            ]),
        Scenario(
            "a call says only what there is to say",
            [
                Do.create([Do.limiter("l", 9)]),
                put(#"{"limiters": [{"name": "l", "key": ""}]}"#).status(201)
                    .tells("policy.created"),
                ask(#"{"attribute": {}, "key": "k", "tier": "pro"}"#)
                    .refused("/attribute", "/key", "/tier"),
                ask(#"{"cost": -1, "attempt": 0, "wait_ms": 60001, "reporter": 1}"#)
                    .refused("/cost", "/attempt", "/wait_ms", "/reporter"),
                ask(#"{"cost": 1.5, "attempt": 2147483648, "attributes": []}"#)
                    .refused("/attributes", "/cost", "/attempt"),
                ask(#"{"cost": null, "attempt": null, "wait_ms": null, "reporter": null}"#),
                Step("POST \(Do.path)/acquire?explained=true", "{}", 422),
                Step("POST /v1/guards/nobody/acquire", "{}", 404),
                Step("GET \(Do.path)/acquire", nil, 405).has(["Allow": "POST"]),
                Step("GET /v1/guards/nobody/stats", nil, 404),
                Step("GET \(Do.path)/state", nil, 404),
            ]),
        Scenario(
            "a guard names what exists, and every fault is told",
            [
                put("{}").refused("/spec"),
                put(
                    #"""
                    {"limiters": [{"name": "l", "key": "{user}"}, {"name": "m", "key": ""}],
                     "bulkhead": {"name": "b"}, "breaker": {"name": "b"},
                     "cache": {"name": "c", "key": ""}, "retry": "r", "timeout": "t",
                     "fallback": "f", "budget": "b"}
                    """#
                ).refused(
                    "/spec/limiters/0", "/spec/limiters/1",
                    "/spec/bulkhead", "/spec/breaker", "/spec/cache",
                    "/spec/retry", "/spec/timeout", "/spec/fallback", "/spec/budget"),
                Step("GET \(Do.path)", nil, 404),
                // A name of one kind is none of another.
                Do.create([Do.limiter("l", 9)]),
                put(#"{"breaker": {"name": "l"}}"#).refused("/spec/breaker"),
                Step(
                    "POST /v1/policies/validate",
                    #"{"policies": [\#(Do.guarding(#"{"retry": "r"}"#))]}"#, 200,
                    #"{"valid": false, "errors": [{"pointer": "/policies/0/spec/retry"}]}"#),
                // In one apply it is the final state that counts.
                Do.create([
                    Do.guarding(#"{"retry": "r"}"#), Do.policy("retry", "r", "{}"),
                ]),
                Step(
                    "PATCH \(Do.path)", #"{"spec": {"timeout": "t"}}"#
                ).refused("/spec/timeout"),
                Step("GET \(Do.path)", nil, 200, #"{"version": 1, "spec": {"retry": "r"}}"#),
            ]),
        Scenario(
            "what a guard names stays, until no guard names it",
            [
                Do.create(Do.parts() + [Do.guarding()]),
                delete("limiters/per-org", "the limiter \\\"per-org\\\" \(named)"),
                delete("bulkheads/db", "the bulkhead \\\"db\\\" \(named)"),
                delete("breakers/payments", "the breaker \\\"payments\\\" \(named)"),
                Step(
                    "POST /v1/policies/apply",
                    #"{"prune": true, "policies": [\#(Do.guarding())]}"#, 409),
                Do.change(Do.guarding(#"{"limiters": [{"name": "per-user", "key": ""}]}"#)),
                Step("DELETE /v1/limiters/per-org", nil, 204, "").tells("policy.deleted"),
                delete("limiters/per-user", "the limiter \\\"per-user\\\" \(named)"),
                // The version before names a limiter that is no more.
                Step("POST \(Do.path)/rollback", #"{"version": 1}"#)
                    .refused("/spec/limiters/1"),
                Step("DELETE \(Do.path)", nil, 204, "").tells("policy.deleted"),
                Step("DELETE /v1/limiters/per-user", nil, 204, "").tells("policy.deleted"),
            ]),
    ]
}
