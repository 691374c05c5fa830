import Testing

@Suite("Modes of guards and their parts, and what a call is told of them")
struct GuardModeScenarioTests {
    @Test("hold as they do alone", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = GuardSteps

    private static let twoLimiters = #"""
        {"limiters": [{"name": "l", "key": "k"}, {"name": "m", "key": "k"}],
         "breaker": {"name": "payments", "key": "h"}}
        """#

    private static let scenarios = [
        Scenario(
            "in shadow mode all is allowed, and charged only where all parts allow it",
            [
                Do.create([
                    Do.limiter("l", 5), Do.limiter("m", 1), Do.breaker(),
                    Do.guarding(twoLimiters, mode: "shadow"),
                ]),
                Do.ask(
                    #"{"allowed": true, "denied_by": null, "shadow": true, "would_allow": true}"#),
                Do.ask(
                    #"""
                    {"allowed": true, "permit": "…", "retry_after_ms": 3600000,
                     "denied_by": {"kind": "limiter", "name": "m", "reason": "rate_limited"},
                     "shadow": true, "would_allow": false}
                    """#, query: "?deny_status=429"
                )
                .keeps("/permit", as: "p").has(["Retry-After": nil]).tells("limiter.limited"),
                Do.left("l", "k", 4), Do.left("m", "k", 0),
                // Its outcome counts: the call was made.
                Do.settle("p", "failure", #"{"counted": true, "state": "open"}"#)
                    .tells("breaker.opened"),
                // Nobody waits for what is allowed anyway.
                Do.ask(
                    #"{"allowed": true, "waited_ms": 0}"#, Do.attributes(), #""wait_ms": 60000"#),
                Step("GET \(Do.path)/stats", nil, 200, #"{"totals": {"allowed": 1, "denied": 2}}"#),
            ]),
        Scenario(
            "a disabled guard allows all, and asks and tells no part",
            [
                Do.create([
                    Do.limiter("l", 1), Do.limiter("m", 1), Do.breaker(),
                    Do.guarding(twoLimiters, mode: "disabled"),
                ]),
                Do.allowed(), Do.allowed(), Do.left("l", "k", 1),
                Do.ask(#"{"steps": []}"#, query: "?explain=true").lacks("/shadow", "/would_allow"),
                Do.settle("p", "failure", #"{"counted": false, "reason": "disabled"}"#),
                Do.settle("p", "failure", #"{"counted": false, "reason": "duplicate"}"#),
                Do.position(#"{"state": "closed"}"#),
                Step("GET \(Do.path)/stats", nil, 200, #"{"totals": {"allowed": 0, "denied": 0}}"#),
            ]),
        Scenario(
            "a guard that is disabled meanwhile gives back what a call holds, uncounted",
            [
                Do.create(Do.parts(slots: 1) + [Do.guarding()]), Do.allowed(), Do.held(1),
                Do.change(Do.guarding(mode: "disabled")),
                Do.settle(
                    "p", "failure", #"{"counted": false, "reason": "disabled", "retry": null}"#),
                Do.held(0), Do.position(#"{"state": "closed", "counts": {"total": 0}}"#),
            ]),
        Scenario(
            "a part keeps its own mode: looking on it denies nothing, disabled it is not asked",
            [
                Do.create([
                    Do.limiter("per-user", 1, mode: "shadow"), Do.limiter("per-org", 9),
                    Do.bulkhead(1, mode: "disabled"), Do.breaker(mode: "shadow"), Do.guarding(),
                ]),
                Do.allowed(),
                Do.allowed("q").tells(#"{"type": "limiter.limited", "name": "per-user"}"#),
                Do.left("per-org", "org%3Aa", 7), Do.held(0),
                Do.settle("p", "failure", #"{"counted": true, "state": "open"}"#)
                    .tells("breaker.opened"),
                Do.ask(
                    #"""
                    {"allowed": true, "denied_by": null, "retry_after_ms": null, "steps": [
                     {"kind": "limiter", "name": "per-user", "allowed": true, "shadow": true,
                      "would_allow": false, "reason": "rate_limited"},
                     {"kind": "limiter", "name": "per-org", "allowed": true, "remaining": 6},
                     {"kind": "bulkhead", "name": "db", "allowed": true, "in_use": 0},
                     {"kind": "breaker", "name": "payments", "allowed": true, "shadow": true,
                      "would_allow": false, "reason": "open", "permit": null}]}
                    """#, query: "?explain=true"),
                Do.change(Do.limiter("per-user", 1)),
                Do.denied(("limiter", "per-user", "rate_limited"), after: "3600000"),
            ]),
        Scenario(
            "explained, each part's own answer is told, in the order in which they are asked",
            [
                Do.create(Do.parts(slots: 1) + [Do.guarding()]),
                Do.ask(
                    #"""
                    {"allowed": true, "permit": "…", "steps": [
                     {"kind": "limiter", "name": "per-user", "key": "1", "allowed": true, "cost": 2,
                      "limit": 3, "remaining": 1, "tier": "default", "reason": null,
                      "policy_version": 1, "when_unreachable": "allow"},
                     {"kind": "limiter", "name": "per-org", "key": "org:a", "remaining": 2},
                     {"kind": "bulkhead", "name": "db", "key": "", "allowed": true, "in_use": 1,
                      "limit": 1, "queued": 0, "permit": null, "reason": null,
                      "expires_at": "2026-01-01T00:01:00.000Z"},
                     {"kind": "breaker", "name": "payments", "key": "h", "allowed": true,
                      "state": "closed", "permit": null, "reason": null, "generation": 1}]}
                    """#, Do.attributes(), #""cost": 2"#, query: "?explain=true"),
                Do.ask(
                    #"""
                    {"allowed": false, "permit": null,
                     "denied_by": {"kind": "limiter", "name": "per-user", "reason": "rate_limited"},
                     "retry_after_ms": 3600000, "steps": [
                     {"name": "per-user", "allowed": false, "remaining": 1, "reason": "rate_limited",
                      "retry_after_ms": 3600000},
                     {"name": "per-org", "allowed": true, "remaining": 2, "retry_after_ms": null},
                     {"name": "db", "allowed": false, "in_use": 1, "expires_at": null,
                      "reason": "full", "retry_after_ms": 60000},
                     {"name": "payments", "allowed": true, "state": "closed"}]}
                    """#, Do.attributes(), #""cost": 2"#, query: "?explain=true"
                ).tells("limiter.limited", "bulkhead.saturated"),
                Do.ask(#"{"allowed": false}"#, query: "?explain=false").lacks("/steps"),
                Do.ask(#"{"errors": [{"pointer": "/query/explain"}]}"#, query: "?explain=yes")
                    .status(422),
            ]),
        Scenario(
            "explained, what a part would have given is not told as given",
            [
                Do.create(Do.parts(slots: 2) + [Do.guarding()]), Do.allowed(),
                Do.ask(
                    #"""
                    {"allowed": false, "steps": [
                     {"name": "per-user", "allowed": false, "reason": "cost_exceeds_limit"},
                     {"name": "per-org", "allowed": true, "cost": 4, "remaining": 4},
                     {"name": "db", "allowed": true, "in_use": 1, "expires_at": null},
                     {"name": "payments", "allowed": true, "state": "closed"}]}
                    """#, Do.attributes("2", org: "b"), #""cost": 4"#, query: "?explain=true"
                ).tells("limiter.limited"),
            ]),
        Scenario(
            "the answer says how long the call may take, and what stands in for it",
            [
                Do.create([
                    Do.limiter("l", 1), Do.policy("timeout", "t", #"{"timeout_ms": 800}"#),
                    Do.policy(
                        "fallback", "f",
                        #"""
                        {"strategies": [{"type": "degraded", "mode": "read_only"},
                         {"type": "static", "priority": 3, "status": 200, "body": {"items": []}}]}
                        """#),
                    Do.guarding(
                        #"""
                        {"limiters": [{"name": "l", "key": ""}], "timeout": "t", "fallback": "f"}
                        """#),
                ]),
                Do.ask(
                    #"""
                    {"allowed": true, "timeout_ms": 800,
                     "fallback": {"type": "static", "priority": 3, "status": 200,
                      "body": {"items": []}}}
                    """#
                ).lacks("/fallback/mode", "/fallback/policy_version"),
                Do.ask(#"{"allowed": false, "timeout_ms": 800, "fallback": {"type": "static"}}"#)
                    .tells("limiter.limited"),
            ]),
    ]
}
