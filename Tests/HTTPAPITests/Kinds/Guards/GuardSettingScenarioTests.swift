import Resilience
import TestSupport
import Testing

@Suite("Guards in batches, under keys of idempotency, and without a disk")
struct GuardSettingScenarioTests {
    @Test("answer as they do alone", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = GuardSteps

    private static let scenarios = [
        Scenario(
            "a batch asks guards one after another, and tells the faults of each in its place",
            [
                Do.create(Do.parts(slots: 2) + [Do.guarding()]),
                Step(
                    "POST /v1/decisions",
                    #"""
                    {"decisions": [
                     {"kind": "guard", "name": "checkout", \#(Do.attributes()), "cost": 2},
                     {"kind": "guard", "name": "checkout", \#(Do.attributes()), "cost": 2},
                     {"kind": "guard", "name": "checkout", "attributes": {"user": "1"}},
                     {"kind": "guard", "name": "checkout", \#(Do.attributes()), "wait_ms": 1},
                     {"kind": "guard", "name": "checkout", \#(Do.attributes("2")), "cost": 1},
                     {"kind": "guard", "name": "nobody"},
                     {"kind": "limiter", "name": "per-user", "key": "1"}]}
                    """#, 200,
                    #"""
                    {"results": [
                     {"kind": "guard", "name": "checkout", "allowed": true, "permit": "…"},
                     {"kind": "guard", "name": "checkout", "allowed": false, "permit": null,
                      "denied_by": {"kind": "limiter", "name": "per-user"}},
                     {"kind": "guard", "status": 422, "errors": [
                      {"pointer": "/decisions/2/attributes/org"},
                      {"pointer": "/decisions/2/attributes/host"}]},
                     {"kind": "guard", "status": 422, "errors": [
                      {"pointer": "/decisions/3/wait_ms"}]},
                     {"kind": "guard", "allowed": true, "denied_by": null, "cached": null},
                     {"kind": "guard", "name": "nobody", "status": 404},
                     {"kind": "limiter", "allowed": true, "remaining": 0}]}
                    """#
                )
                .keeps("/results/0/permit", as: "p").tells("limiter.limited"),
                Do.held(2), Do.left("per-org", "org%3Aa", 1),
                Do.settle("p", "success", #"{"counted": true}"#), Do.held(1),
            ])
    ]

    @Test("the same key gets the same permit, and charges once")
    func idempotent() async throws {
        try await TestServer.withGuard { server in
            var request = TestServer.question(cost: 4)
            request.fields = ["Idempotency-Key": "order-1"]
            let first = try await server.send(request)
            let again = try await server.send(request)
            #expect(again.text == first.text && again["Idempotency-Replayed"] == "true")
            #expect(try await server.left() == 6)
            #expect(try await server.held() == 1)
        }
    }

    @Test("what cannot be stored is not allowed, and nothing is charged for it")
    func withoutDisk() async throws {
        try await TestServer.withGuard { server in
            _ = try await server.send(
                "PATCH /v1/bulkheads/db",
                #"{"spec": {"max_concurrent": 1000, "durability": "strict"}}"#)
            try server.fillDisk()
            // A slot must be on disk, and sooner or later there is no room for one.
            var allowed = 0
            var reply = try await server.ask(user: "0")
            while reply.at("/allowed") == true, allowed < 1000 {
                allowed += 1
                reply = try await server.ask(user: "\(allowed)")
            }
            #expect(reply.status == 503, "\(reply.text)")
            #expect(reply["Retry-After"] != nil)
            #expect(try await server.left("\(allowed)") == 10)
            #expect(try await server.held() == Int64(allowed))
            try server.freeDisk()
            #expect(try await server.ask(user: "\(allowed)").at("/allowed") == true)
        }
    }
}
