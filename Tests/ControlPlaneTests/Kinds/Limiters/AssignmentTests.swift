import Resilience
import Store
import Testing

@testable import ControlPlane

@Suite("Assignments")
struct AssignmentTests {
    private typealias Script = PlaneScript
    private static let tiers: JSONValue = [
        "tiers": [
            "free": ["limits": [["quota": 10, "period_ms": 1000]]],
            "pro": ["limits": [["quota": 100, "period_ms": 1000]]],
        ]
    ]

    @Test("win over the tier asked for, each with an account of its own")
    func precedence() async throws {
        try await Script.run(
            Self.tiers,
            [
                (Script.acquire(cost: 4), "yes free 10 6 400 -"),
                (Script.assign(["tier": "pro"]), "new"),
                (Script.peek(tier: "free"), "yes pro 100 100 0 -"),
                (Script.assign(["blocked": true]), "replaced"),
                (Script.acquire(), "no assigned - - - - blocked"),
                (Script.acquire(cost: 0), "no assigned - - - - blocked"),
                (Script.assign(["unlimited": true]), "replaced"),
                (Script.acquire(cost: 1_000_000), "yes assigned - - - -"),
                (Script.assign(["limits": [["quota": 5, "period_ms": 1000]]]), "replaced"),
                (Script.acquire(cost: 3), "yes assigned 5 2 600 -"),
                (Script.unassign(), "gone"),
                (Script.peek(), "yes free 10 6 400 -"),
                (Script.accounts(), "assigned 2, free 6"),
                (Script.assign(["limits": [["quota": 50, "period_ms": 1000]]]), "new"),
                (Script.peek(), "yes assigned 50 47 60 -"),
            ])
    }

    @Test("hold until they expire, which is told at that time")
    func expiry() async throws {
        let until = (ManualClock.beginning + .seconds(5)).timestamp
        try await Script.run(
            Self.tiers,
            [
                (Script.assign(["tier": "pro", "expires_at": .string(until)]), "new"),
                (Script.advance(4999), "4999"),
                (Script.peek(), "yes pro 100 100 0 -"),
                (Script.advance(10_000), "14999"),
                (Script.peek(), "yes free 10 10 0 -"),
                (
                    { fixture in
                        let events = try await fixture.events("limiter.unassigned")
                        return events.map { "\($0.event.at.timestamp) \($0.event.reason ?? "")" }
                            .joined()
                    }, "\(until) expired"
                ),
            ])
    }

    @Test("that are put again and again leave one timer, and the last one holds")
    func replaced() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.tiers)
        func assign(_ note: String, seconds: Int64) async throws {
            let until = (ManualClock.beginning + .seconds(seconds)).timestamp
            let document: JSONValue = [
                "blocked": true, "expires_at": .string(until), "note": .string(note),
            ]
            _ = try await fixture.plane.limiters.assign(
                "api", "k", document, by: PlaneFixture.caller)
        }
        for number in 0..<20 { try await assign("\(number)", seconds: 5 + Int64(number % 3)) }
        #expect(fixture.plane.context.timers.count == 1)
        try await assign("last", seconds: 60)
        try await fixture.advance(59_999)
        #expect(try fixture.plane.limiters.assignment("api", "k").spec.note == "last")
        #expect(try await fixture.events("limiter.unassigned").isEmpty)
        try await fixture.advance(1)
        await expectRefusal(.notFound) { try fixture.plane.limiters.assignment("api", "k") }
        #expect(try await fixture.events("limiter.unassigned").count == 1)
        #expect(fixture.plane.context.timers.count == 0)
    }

    @Test("to a tier that is gone count as none")
    func tierGone() async throws {
        try await Script.run(
            Self.tiers,
            [
                (Script.assign(["tier": "pro"]), "new"),
                (
                    Script.put(["tiers": ["free": ["limits": [["quota": 10, "period_ms": 1000]]]]]),
                    "updated"
                ),
                (Script.peek(), "yes free 10 10 0 -"),
                (Script.put(Self.tiers), "updated"),
                (Script.peek(), "yes pro 100 100 0 -"),
            ])
    }

    @Test(
        "that make no sense are refused",
        arguments: [
            ["tier": "none"], ["tier": "pro", "blocked": true], [:], ["tierr": "pro"],
            ["tier": "pro", "expires_at": "2020-01-01T00:00:00Z"], ["limits": []],
        ] as [JSONValue])
    func refused(document: JSONValue) async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.tiers)
        await expectRefusal(.invalid) {
            try await fixture.plane.limiters.assign(
                "api", "k", document, by: PlaneFixture.caller)
        }
        await expectRefusal(.notFound) { try fixture.plane.limiters.assignment("api", "k") }
        #expect(try await fixture.events("limiter.*").isEmpty)
    }

    @Test("that are the same again are no change")
    func unchanged() async throws {
        let fixture = try await PlaneFixture(["RATE_LIMIT_BURST_SIZE": "3"])
        let windows: JSONValue = [
            "algorithm": "fixed_window", "limits": [["quota": 5, "period_ms": 1000]],
        ]
        try await fixture.put("api", windows)
        for round in 0...2 {
            if round == 2 { try await fixture.restart() }
            let document: JSONValue = ["limits": [["quota": 7, "period_ms": 1000]]]
            let (assignment, isNew) = try await fixture.plane.limiters.assign(
                "api", "k", document, by: PlaneFixture.caller)
            #expect(isNew == (round == 0))
            #expect(assignment.spec.limits?.first?.burst == nil)
        }
        #expect(try await fixture.events("limiter.assigned").count == 1)
    }

    @Test("are listed by the bytes of their keys")
    func listed() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.tiers)
        let keys = ["b", "", "é", "e\u{301}", "a"] as [ExactString]
        for key in keys {
            _ = try await fixture.plane.limiters.assign(
                "api", key, ["tier": "pro"], by: PlaneFixture.caller)
        }
        let limiters = fixture.plane.limiters
        var found: [ExactString] = []
        while true {
            let page = try limiters.assignments("api", after: found.last, limit: 2)
            if page.isEmpty { break }
            found += page.map(\.record.key)
        }
        #expect(found == keys.sorted())
        let soon = JSONValue.string((ManualClock.beginning + .seconds(1)).timestamp)
        _ = try await limiters.assign(
            "api", "aa", ["tier": "pro", "expires_at": soon], by: PlaneFixture.caller)
        _ = try await limiters.assign("api", "b", ["tier": "free"], by: PlaneFixture.caller)
        try await limiters.unassign("api", "", by: PlaneFixture.caller)
        func listed() throws -> [ExactString] {
            try limiters.assignments("api", after: nil, limit: 3).map(\.record.key)
        }
        #expect(try listed() == ["a", "aa", "b"])
        try await fixture.advance(1000)
        #expect(try listed() == ["a", "b", "e\u{301}"])
        try await fixture.restart()
        let after = try fixture.plane.limiters.assignments("api", after: "a", limit: 1)
        #expect(after.map(\.record.key) == ["b"] && after.first?.spec.tier == "free")
    }

    @Test("of a limiter that is deleted go with it")
    func deleted() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.tiers)
        _ = try await fixture.plane.limiters.assign(
            "api", "k", ["tier": "pro"], by: PlaneFixture.caller)
        try await fixture.acquire("api", cost: 10)
        try await fixture.plane.policies.delete(
            LimiterPolicy.kind, "api", by: PlaneFixture.caller)
        await expectRefusal(.notFound) { try await fixture.acquire("api") }
        try await fixture.put("api", Self.tiers)
        try await fixture.restart()
        #expect(try fixture.peek("api").line == "yes free 10 10 0 -")
    }
}
