import Resilience
import Testing

@testable import ControlPlane

@Suite("Guards, with restarts between every two steps too")
struct GuardScriptTests {
    private typealias Script = GuardScript

    static let whole: JSONValue = [
        "limiters": [
            ["name": "per-user", "key": "{user}"], ["name": "per-org", "key": "{org}"],
        ],
        "breaker": ["name": "b", "key": "{host}"], "retry": "r",
    ]

    static let policies: [JSONValue] = [
        Script.limiter("per-user", 3), Script.limiter("per-org", 4), Script.breaker("b"),
        Script.policy("retry", "r", ["max_attempts": 2, "jitter": "none"]),
        Script.policy("guard", "g", whole),
    ]

    @Test("an allowed call charges all parts")
    func chargesAll() async throws {
        try await Script.run(
            Self.policies,
            [
                (Script.ask(), "yes"),
                (Script.remaining("per-user", "1"), "2"),
                (Script.remaining("per-org", "a"), "3"),
                (Script.ask(cost: 2), "yes"),
                (Script.remaining("per-user", "1"), "0"),
                (Script.remaining("per-org", "a"), "1"),
                (Script.ask(cost: 0), "yes"),
                (Script.remaining("per-org", "a"), "1"),
            ])
    }

    @Test("the first part that denies is told, with the longest wait, and no other is charged")
    func chargesNone() async throws {
        let other = ["user": "2", "org": "a", "host": "h"]
        try await Script.run(
            Self.policies,
            [
                (Script.ask(cost: 3), "yes"),
                (Script.advance(1000), "later"),
                // The first limiter denies: the second keeps its one.
                (Script.ask(), "no per-user rate_limited 3599000"),
                (Script.remaining("per-org", "a"), "1"),
                // The second denies: the first keeps all of its three.
                (Script.ask(other, cost: 2), "no per-org rate_limited 3599000"),
                (Script.remaining("per-user", "2"), "3"),
                // More than there ever is: no wait helps.
                (Script.ask(other, cost: 4), "no per-user cost_exceeds_limit -"),
                // The third denies: both limiters are left as they were, and the breaker counts it.
                (Script.settle(.failure), "counted open not_retryable"),
                (Script.ask(other), "no b open 10000"),
                (Script.remaining("per-user", "2"), "3"),
                (Script.remaining("per-org", "a"), "1"),
                (Script.breaker(), "open 0/1 out 0 denied 1"),
            ])
    }

    @Test("a denied call takes no probe of a half-open breaker")
    func takesNoProbe() async throws {
        let other = ["user": "2", "org": "b", "host": "h"]
        try await Script.run(
            Self.policies,
            [
                (Script.ask(cost: 3), "yes"),
                (Script.settle(.failure), "counted open not_retryable"),
                (Script.advance(10_000), "later"),
                (Script.ask(), "no per-user rate_limited 3590000"),
                (Script.breaker(), "halfOpen 0/1 out 0 denied 0"),
                (Script.ask(other), "yes"),
                (Script.breaker(), "halfOpen 0/1 out 1 denied 0"),
                (Script.ask(other), "no b probes_in_flight 1000"),
                (Script.remaining("per-user", "2"), "2"),
                (Script.settle(.success, permit: 1), "counted closed"),
                (Script.ask(other), "yes"),
            ])
    }

    @Test("a limiter that is named twice with one key spends twice, or nothing")
    func sameKeyTwice() async throws {
        try await Script.run(
            [
                Script.limiter("l", 3),
                Script.policy(
                    "guard", "g",
                    [
                        "limiters": [
                            ["name": "l", "key": "{user}"], ["name": "l", "key": "{org}"],
                        ]
                    ]),
            ],
            [
                (Script.ask(["user": "x", "org": "x"]), "yes"),
                (Script.remaining("l", "x"), "1"),
                (Script.ask(["user": "x", "org": "x"]), "no l rate_limited 3600000"),
                (Script.remaining("l", "x"), "1"),
                (Script.ask(["user": "x", "org": "y"]), "yes"),
                (Script.remaining("l", "x"), "0"),
            ])
    }

    @Test("a part keeps its own mode: looking on it denies nothing, disabled it is not asked")
    func modesOfParts() async throws {
        let spec: JSONValue = [
            "limiters": [["name": "l", "key": "k"], ["name": "m", "key": "k"]],
            "breaker": ["name": "b", "key": "h"],
        ]
        try await Script.run(
            [
                Script.limiter("l", 1, mode: "shadow"), Script.limiter("m", 3),
                Script.breaker("b", mode: "disabled"), Script.policy("guard", "g", spec),
            ],
            [
                (Script.ask([:]), "yes"), (Script.ask([:]), "yes"),
                (Script.remaining("l", "k"), "0"), (Script.remaining("m", "k"), "1"),
                (Script.settle(.failure), "disabled closed"),
                (Script.ask([:]), "yes"), (Script.ask([:]), "no m rate_limited 3600000"),
                (Script.put(Script.limiter("l", 1)), "put"),
                (Script.ask([:]), "no l rate_limited 3600000"),
            ])
    }

    @Test("a guard that looks on allows all, and charges only what its parts allow together")
    func shadow() async throws {
        let spec: JSONValue = [
            "limiters": [["name": "l", "key": "k"], ["name": "m", "key": "k"]]
        ]
        try await Script.run(
            [
                Script.limiter("l", 5), Script.limiter("m", 1),
                Script.policy("guard", "g", spec, mode: "shadow"),
            ],
            [
                (Script.ask([:]), "yes"),
                (Script.ask([:]), "yes m rate_limited 3600000"),
                (Script.remaining("l", "k"), "4"),
                (Script.settle(.success, permit: 1), "counted"),
                (Script.put(Script.policy("guard", "g", spec, mode: "disabled")), "put"),
                (Script.ask([:]), "yes"), (Script.remaining("l", "k"), "4"),
                (Script.settle(.success, permit: 2), "disabled"),
            ])
    }

    @Test("every attribute that is missing is named, and what a guard names stays")
    func refusals() async throws {
        try await Script.run(
            Self.policies,
            [
                (Script.ask(["host": "h"]), "invalid /attributes/user /attributes/org"),
                (
                    Script.ask(["user": String(repeating: "x", count: 257), "org": "", "host": ""]),
                    "invalid /attributes"
                ),
                (Script.delete(.limiter, "per-org"), "conflict"),
                (
                    Script.put(
                        Script.policy(
                            "guard", "h",
                            [
                                "limiters": [["name": "no", "key": ""]],
                                "cache": ["name": "c", "key": ""],
                            ])),
                    "invalid /policies/0/spec/limiters/0 /policies/0/spec/cache"
                ),
            ])
    }

    @Test("limiters that pace calls say how long to wait, the longest of them counting")
    func pacing() async throws {
        func paced(_ name: String, _ quota: Int64) -> JSONValue {
            Script.policy(
                "limiter", name,
                [
                    "algorithm": "leaky_bucket",
                    "limits": [["quota": .integer(quota), "period_ms": 60_000, "burst": 3]],
                ])
        }
        let spec: JSONValue = [
            "limiters": [["name": "l", "key": "k"], ["name": "m", "key": "k"]]
        ]
        let delay: Script.Step = { run in
            let answer = try await run.plane.guards.acquire(
                "g", GuardRequest(), by: PlaneFixture.caller)
            return "\(answer.delay?.milliseconds.description ?? "-")"
        }
        try await Script.run(
            [paced("l", 60), paced("m", 30), Script.policy("guard", "g", spec)],
            [(delay, "0"), (delay, "2000"), (delay, "4000"), (delay, "-")])
    }

    @Test("what names others comes into force after them, whatever the order of a list")
    func order() async throws {
        let spec: JSONValue = ["limiters": [["name": "a", "key": "k"]]]
        let other: JSONValue = ["limiters": [["name": "z", "key": "k"]]]
        let fixture = try await PlaneFixture()
        let plane = fixture.plane
        let slow = Script.policy("limiter", "a", ["limits": [["quota": 1, "period_ms": 30_000]]])
        _ = try await plane.policies.apply(
            [slow, Script.policy("guard", "g", spec)], prune: false, dryRun: false,
            by: PlaneFixture.caller)
        let request = GuardRequest(wait: .seconds(60))
        #expect(try await plane.guards.acquire("g", request, by: PlaneFixture.caller).isAllowed)
        async let waiting = plane.guards.acquire("g", request, by: PlaneFixture.caller)
        while !plane.context.waiters.isAnyone { await Task.yield() }
        // The guard stands before the limiter that it names from now on.
        _ = try await plane.policies.apply(
            [Script.policy("guard", "g", other), Script.limiter("z", 1)], prune: true,
            dryRun: false, by: PlaneFixture.caller)
        #expect(try await waiting.isAllowed)
        try await fixture.stop()
    }
}
