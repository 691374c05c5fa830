import Testing

@Suite("Permits of guards over HTTP")
struct GuardPermitScenarioTests {
    @Test("stand for all parts at once", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = GuardSteps

    /// A slot of a second, a breaker, and nothing that runs out.
    private static func leases(_ spec: String = slotted) -> Step {
        Do.create([Do.bulkhead(1, lease: 1000), Do.breaker(), Do.guarding(spec)])
    }

    private static let slotted = #"""
        {"bulkhead": {"name": "db"}, "breaker": {"name": "payments", "key": "{host}"}}
        """#

    private static func renew(_ body: String, _ answer: String, _ status: Int = 200) -> Step {
        Step("POST /v1/permits/<p>/renew", body, status, answer)
    }

    private static let release = Step("DELETE /v1/permits/<p>", nil, 204, "")

    private static let scenarios = [
        Scenario(
            "an outcome counts once: the breaker has it, and the slot is free",
            [
                Do.create(Do.parts(slots: 1) + [Do.guarding()]), Do.allowed(),
                Do.settle(
                    "p", "success",
                    #"""
                    {"counted": true, "state": "closed", "reason": null, "transition": null,
                     "retry": null}
                    """#, #""duration_ms": 40"#),
                Do.held(0), Do.position(#"{"counts": {"total": 1, "successes": 1}}"#),
                Do.settle(
                    "p", "failure", #"{"counted": false, "reason": "duplicate", "retry": null}"#),
                Do.position(#"{"state": "closed", "counts": {"total": 1}}"#),
                Do.allowed("q"),
                Do.settle(
                    "q", "ignored", #"{"counted": false, "reason": "ignored", "retry": null}"#),
                Do.held(0), Do.position(#"{"counts": {"total": 1, "ignored": 1}}"#),
                // What was spent stays spent: the calls were allowed.
                Do.left("per-user", "1", 1),
                Step(
                    "GET \(Do.path)/stats", nil, 200,
                    #"{"totals": {"successes": 1, "failures": 0, "ignored": 1}}"#),
            ]),
        Scenario(
            "a permit that is given back frees slot and probe, and counts nothing",
            [
                leases(), Do.open, .advance(10_000),
                Do.allowed().tells("breaker.half_opened"), Do.held(1),
                Do.position(#"{"half_open": {"in_flight": 1}}"#), release, release, Do.held(0),
                Do.position(#"{"state": "half_open", "half_open": {"in_flight": 0}}"#),
                Do.settle("p", "failure", #"{"counted": false, "reason": "duplicate"}"#),
                Do.allowed("q"), release, Do.held(1),
                Do.position(#"{"half_open": {"in_flight": 1}}"#),
            ]),
        Scenario(
            "a permit is too late when all that it holds has ended",
            [
                leases(), Do.allowed(), .advance(1000).tells("bulkhead.lease_expired"),
                Do.settle("p", "failure", #"{"counted": false, "reason": "expired"}"#),
                release, Do.position(#"{"state": "closed"}"#),
                // A probe lives longer than the slot does.
                Do.open, .advance(10_000), Do.allowed().tells("breaker.half_opened"),
                .advance(4999).tells("bulkhead.lease_expired"),
                Do.settle("p", "success", #"{"counted": true, "state": "closed"}"#)
                    .tells("breaker.closed"),
            ]),
        Scenario(
            "a permit without slot or probe lives for five minutes",
            [
                Do.create([
                    Do.breaker(), Do.guarding(#"{"breaker": {"name": "payments", "key": "h"}}"#),
                ]),
                Do.allowed(), Do.allowed("q"), renew("{}", "{}", 409), .advance(299_999),
                Do.settle("p", "success", #"{"counted": true}"#), .advance(1),
                Do.settle("q", "failure", #"{"counted": false, "reason": "expired"}"#),
                Do.position(#"{"state": "closed"}"#),
            ]),
        Scenario(
            "a renewed permit lives as long as its slot, and counts once all the same",
            [
                leases(), Do.allowed(), .advance(900),
                renew("{}", #"{"expires_at": "2026-01-01T00:00:01.900Z"}"#),
                renew(#"{"lease_ms": 200}"#, #"{"expires_at": "2026-01-01T00:00:01.100Z"}"#),
                renew(#"{"lease_ms": 1000}"#, #"{"expires_at": "2026-01-01T00:00:01.900Z"}"#),
                .advance(999), Do.held(1),
                Do.settle("p", "success", #"{"counted": true, "state": "closed"}"#), Do.held(0),
                Do.settle("p", "failure", #"{"counted": false, "reason": "duplicate"}"#),
                Do.position(#"{"state": "closed", "counts": {"total": 1}}"#),
                renew("{}", "{}", 409),
            ]),
        Scenario(
            "a breaker that has changed since hears nothing, and the slot is free all the same",
            [
                leases(), Do.allowed(), Do.open,
                Do.settle(
                    "p", "success",
                    #"{"counted": false, "state": "open", "reason": "stale_generation"}"#),
                Do.held(0),
            ]),
        Scenario(
            "a part that the guard no longer names hears of the outcome; what is gone is passed over",
            [
                leases(), Do.allowed(),
                Do.change(Do.guarding(#"{"breaker": {"name": "payments", "key": "{host}"}}"#)),
                Do.settle("p", "success", #"{"counted": true, "state": "closed"}"#), Do.held(0),
                Do.change(Do.guarding(slotted)), Do.allowed("q"),
                Do.change(Do.guarding(#"{"bulkhead": {"name": "db"}}"#)),
                Step("DELETE /v1/breakers/payments", nil, 204, "").tells("policy.deleted"),
                Do.settle("q", "failure", #"{"counted": true, "state": null, "reason": null}"#),
                Do.held(0),
            ]),
        Scenario(
            "a permit whose guard is deleted is gone, and frees the slot that it holds",
            [
                leases(), Do.allowed(),
                Step("DELETE \(Do.path)", nil, 204, "").tells("policy.deleted"),
                Do.settle("p", "failure", #"{"counted": false, "state": null, "reason": "gone"}"#),
                renew("{}", "{}", 409), release, Do.position(#"{"state": "closed"}"#), Do.held(0),
            ]),
        Scenario(
            "what is no permit is not found",
            [
                leases(), Do.allowed(),
                Step("POST /v1/permits/<p>x/outcome", #"{"outcome": "success"}"#, 404),
                Step("DELETE /v1/permits/nothing", nil, 404),
                Do.settle("p", "other", "{}").refused("/outcome"),
                Do.settle("p", "success", #"{"counted": true}"#),
            ]),
    ]
}
