import Testing

@Suite("Guards over HTTP")
struct GuardScenarioTests {
    @Test("ask all their parts as one", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = GuardSteps

    private static let perUser = (kind: "limiter", name: "per-user", reason: "rate_limited")
    private static let perOrg = (kind: "limiter", name: "per-org", reason: "rate_limited")
    private static let slots = (kind: "bulkhead", name: "db", reason: "full")
    private static let broken = (kind: "breaker", name: "payments", reason: "open")

    private static let scenarios = [
        Scenario(
            "an allowed call charges every part, and has one permit for all of them",
            [
                Do.create(Do.parts()),
                Step(
                    "PUT \(Do.path)", #"{"when_unreachable": "deny", "spec": \#(Do.whole)}"#, 201,
                    #"""
                    {"kind": "guard", "name": "checkout", "version": 1, "mode": "enforce",
                     "effective": {"bulkhead": {"name": "db", "key": ""}, "cache": null,
                      "retry": null, "timeout": null, "fallback": null, "budget": null}}
                    """#
                ).tells("policy.created"),
                Do.ask(
                    #"""
                    {"allowed": true, "permit": "…", "denied_by": null, "retry_after_ms": null,
                     "waited_ms": 0, "timeout_ms": null, "fallback": null, "cached": null,
                     "policy_version": 1, "when_unreachable": "deny"}
                    """#, Do.attributes(), #""reporter": "web-1""#
                )
                .lacks("/shadow", "/would_allow", "/steps")
                .has(["Retry-After": nil, "RateLimit": nil, "RateLimit-Policy": nil]),
                Do.left("per-user", "1", 2), Do.left("per-org", "org%3Aa", 3),
                Step(
                    "GET /v1/bulkheads/db/state", nil, 200,
                    #"{"in_use": 1, "holders": [{"holder": "web-1"}]}"#),
                // It costs with limiters only; a slot is a slot.
                Do.allowed("q", Do.attributes(), #""cost": 2"#),
                Do.left("per-user", "1", 0), Do.left("per-org", "org%3Aa", 1), Do.held(2),
                // Looking costs nothing there, and takes a slot all the same.
                Do.allowed("r", Do.attributes(), #""cost": 0"#),
                Do.left("per-org", "org%3Aa", 1), Do.held(3),
                Step("GET /v1/breakers/payments/keys", nil, 200, #"{"keys": []}"#),
                Step(
                    "GET \(Do.path)/stats", nil, 200,
                    #"{"totals": {"allowed": 3, "denied": 0, "waited": 0, "successes": 0}}"#),
            ]),
        Scenario(
            "the first part that denies is told, with the longest wait, and no other is charged",
            [
                Do.create(Do.parts(slots: 1) + [Do.guarding()]), .advance(1000),
                // The slot ends in a minute, the windows in an hour.
                Do.allowed("p", Do.attributes(), #""cost": 3"#),
                Do.denied(Self.perUser, after: "3600000").has(["Retry-After": "3600"]).tells(
                    #"""
                    {"type": "limiter.limited", "kind": "limiter", "name": "per-user", "key": "1",
                     "actor": "anonymous", "policy_version": 1, "reason": "rate_limited"}
                    """#, "bulkhead.saturated"),
                Do.left("per-org", "org%3Aa", 1), Do.held(1),
                Do.denied(Self.perOrg, after: "3600000", Do.attributes("2"), #""cost": 2"#)
                    .tells(
                        #"{"type": "limiter.limited", "name": "per-org", "key": "org:a"}"#),
                Do.left("per-user", "2", 3),
                Do.denied(Self.slots, after: "60000", Do.attributes("2")).has(["Retry-After": "60"]
                ),
                Do.left("per-user", "2", 3), Do.left("per-org", "org%3Aa", 1), Do.held(1),
                Do.settle("p", "failure", #"{"counted": true, "state": "open"}"#)
                    .tells(#"{"type": "breaker.opened", "name": "payments", "key": "h"}"#),
                // The part asked last denies: neither the slot nor the tokens are gone.
                Do.denied(Self.broken, after: "10000", Do.attributes("2")).has(["Retry-After": "10"]
                ),
                Do.left("per-user", "2", 3), Do.left("per-org", "org%3Aa", 1), Do.held(0),
                Do.position(#"{"state": "open", "counts": {"denied": 1}}"#),
                Do.allowed("q", Do.attributes("2", host: "other")),
            ]),
        Scenario(
            "what can never be allowed has no wait, whatever the other parts say",
            [
                Do.create(Do.parts() + [Do.guarding()]), Do.open,
                Do.denied(
                    ("limiter", "per-user", "cost_exceeds_limit"), after: "null", Do.attributes(),
                    #""cost": 4"#
                ).has(["Retry-After": nil]).tells(
                    #"{"type": "limiter.limited", "key": "1", "reason": "cost_exceeds_limit"}"#),
                Do.denied(Self.broken, after: "10000", Do.attributes(), #""cost": 3"#),
                Step(
                    "PUT /v1/breakers/payments/state?key=h", #"{"state": "forced_open"}"#
                ).tells("breaker.forced_open"),
                Do.denied(("breaker", "payments", "forced_open"), after: "null"),
                Step(
                    "PUT /v1/limiters/per-user/assignments/1", #"{"blocked": true}"#, 201
                ).tells("limiter.assigned"),
                Do.denied(("limiter", "per-user", "blocked"), after: "null"),
                Do.allowed("p", Do.attributes("2", host: "other")),
            ]),
        Scenario(
            "a denial has the status that it is asked for, with the same body",
            [
                Do.create([Do.limiter("l", 1)]),
                Do.create([
                    Do.guarding(#"{"limiters": [{"name": "l", "key": ""}]}"#)
                ]),
                Step("POST \(Do.path)/acquire?deny_status=429", nil, 200, #"{"allowed": true}"#),
                Step(
                    "POST \(Do.path)/acquire?deny_status=429&explain=true", "{}", 429,
                    #"""
                    {"allowed": false, "permit": null, "steps": [{"allowed": false}],
                     "denied_by": {"kind": "limiter", "name": "l", "reason": "rate_limited"}}
                    """#
                ).has(["Retry-After": "3600", "Content-Type": "application/json"])
                    .tells("limiter.limited"),
                Step("POST \(Do.path)/acquire?deny_status=399", "{}", 422),
            ]),
        Scenario(
            "a denied call takes no probe of a breaker that half-opens",
            [
                Do.create(Do.parts() + [Do.guarding()]),
                Do.allowed("p", Do.attributes(), #""cost": 3"#),
                Do.settle("p", "failure", #"{"state": "open"}"#).tells("breaker.opened"),
                .advance(10_000),
                Do.denied(Self.perUser, after: "3590000").tells("limiter.limited"),
                Do.position(
                    #"""
                    {"state": "half_open", "generation": 2, "half_open": {"in_flight": 0}}
                    """#),
                Do.allowed("q", Do.attributes("2")).tells("breaker.half_opened"),
                Do.position(#"{"state": "half_open", "half_open": {"in_flight": 1}}"#),
                Do.denied(
                    ("breaker", "payments", "probes_in_flight"), after: "1000",
                    Do.attributes("3", org: "b")
                ).has(["Retry-After": "1"]),
                Do.settle(
                    "q", "success",
                    #"""
                    {"counted": true, "state": "closed", "retry": null,
                     "transition": {"from": "half_open", "to": "closed",
                      "reason": "probes_succeeded"}}
                    """#
                ).tells("breaker.closed"),
                Do.allowed("r", Do.attributes("3", org: "b")),
            ]),
        Scenario(
            "denials of parts are told in their episodes, and no others are",
            [
                Do.create([Do.bulkhead(1), Do.limiter("l", 9)]),
                Do.create([
                    Do.guarding(
                        #"""
                        {"limiters": [{"name": "l", "key": "k"}], "bulkhead": {"name": "db"}}
                        """#)
                ]),
                Do.allowed(),
                Do.denied(Self.slots, after: "60000").tells(
                    #"""
                    {"type": "bulkhead.saturated", "name": "db", "key": "", "reason": "full",
                     "data": {"in_use": 1, "limit": 1}}
                    """#),
                Do.denied(Self.slots, after: "60000"), .advance(9999),
                .advance(1).tells(
                    #"{"type": "bulkhead.recovered", "name": "db", "data": {"denied": 2}}"#),
                Step("GET /v1/events?type=guard.*", nil, 200, #"{"events": []}"#),
                Step(
                    "GET /v1/limiters/l/stats", nil, 200,
                    #"{"totals": {"allowed": 1, "denied": 0}}"#),
                Step("GET \(Do.path)/stats", nil, 200, #"{"totals": {"allowed": 1, "denied": 2}}"#),
            ]),
    ]
}
