import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane

@Suite("The bound on keys")
struct KeyBoundTests {
    private static let caller = PlaneFixture.caller
    private static let limits: JSONValue = ["limits": [["quota": 10, "period_ms": 86_400_000]]]

    /// A plane that has as many keys with a state as it may, and policies that allow or deny.
    private static func crowded(
        _ answer: String, maximum: Int = 1
    ) async throws -> PlaneFixture {
        let fixture = try await PlaneFixture()
        fixture.maximumKeys = maximum
        try await fixture.restart()
        let specs: [(Kind, String, JSONValue)] = [
            (LimiterPolicy.kind, "full", Self.limits), (LimiterPolicy.kind, "p", Self.limits),
            (BreakerPolicy.kind, "p", [:]), (BulkheadPolicy.kind, "p", ["max_concurrent": 2]),
            (RetryPolicy.kind, "p", ["budget": ["ratio": 0.1]]),
            (TimeoutPolicy.kind, "p", ["timeout_ms": 1000]),
        ]
        for (kind, name, spec) in specs {
            let document: JSONValue = ["spec": spec, "when_unreachable": .string(answer)]
            _ = try await fixture.plane.policies.put(kind, name, by: caller) { _ in
                (document, [])
            }
        }
        for number in 0..<maximum { try await fixture.acquire("full", ExactString("\(number)")) }
        return fixture
    }

    @Test("is answered past it as the policy has it, by every kind", arguments: ["allow", "deny"])
    func everyKind(answer: String) async throws {
        let fixture = try await Self.crowded(answer)
        let (plane, isAllowed) = (fixture.plane, answer == "allow")
        for wait in [Timespan.zero, .seconds(5)] {
            let limited = try await plane.limiters.acquire(
                "p", LimiterRequest(key: "k", wait: wait), by: Self.caller)
            #expect(limited.isAllowed == isAllowed)
            #expect(limited.reason == "too_many_keys")
            #expect(limited.decision.limits.isEmpty && limited.decision.denial == nil)
            let slot = try await plane.bulkheads.acquire(
                "p", BulkheadRequest(key: "k", wait: wait), by: Self.caller)
            #expect(slot.isAllowed == isAllowed && slot.reason == "too_many_keys")
            #expect((slot.permit != nil) == isAllowed && slot.hasNoRoom)
        }
        let breaker = try await plane.breakers.acquire("p", "k", reporter: nil, by: Self.caller)
        #expect(breaker.isAllowed == isAllowed && breaker.reason == "too_many_keys")
        #expect((breaker.permit != nil) == isAllowed)
        let retry = try await plane.retries.next(
            "p", attempt: 1, OutcomeReport(.timeout), by: Self.caller)
        #expect(retry.decision.retries == isAllowed)
        #expect(retry.decision.reason == .tooManyKeys)
        #expect(
            try await plane.retries.record("p", .success, attempts: 1, by: Self.caller)
                == "too_many_keys")
        #expect(
            try await plane.timeouts.record("p", .success, .milliseconds(5)).reason
                == "too_many_keys")
        let report = OutcomeReport(.failure)
        let outcome = try await plane.breakers.record("p", "k", report, by: Self.caller)
        #expect(outcome.reason == .noRoom)
        await expectRefusal(.overloaded) {
            try await plane.breakers.force(
                "p", "k", .forcedOpen(until: nil), reason: nil, by: Self.caller)
        }
        #expect(plane.context.keyCounter.number == 1)
    }

    @Test("leaves keys alone that have a state, looks, and who is blocked")
    func others() async throws {
        let fixture = try await Self.crowded("allow")
        #expect(try await fixture.acquire("full", "0").line == "yes default 10 8 17280000 -")
        #expect(try await fixture.acquire("p", "k", cost: 0).line == "yes default 10 10 0 -")
        _ = try await fixture.plane.limiters.assign(
            "p", "bad", ["blocked": true], by: Self.caller)
        #expect(try await fixture.acquire("p", "bad").isAllowed == false)
        #expect(try fixture.peek("p", "k").reason == "too_many_keys")
        #expect(fixture.plane.context.keyCounter.number == 1)
    }

    @Test("gives permits that are settled once, and count nothing")
    func permits() async throws {
        let fixture = try await Self.crowded("allow")
        let plane = fixture.plane
        let breaker = try await plane.breakers.acquire("p", "k", reporter: nil, by: Self.caller)
        let slot = try await plane.bulkheads.acquire(
            "p", BulkheadRequest(key: "k"), by: Self.caller)
        for permit in [breaker.permit, slot.permit] {
            let permit = try #require(permit)
            await expectRefusal(.conflict) {
                try await plane.permits.renew(permit, for: nil, by: Self.caller)
            }
            for reason in [UncountedReason.noRoom, .duplicate] {
                let reply = try await plane.permits.settle(
                    permit, OutcomeReport(.failure), by: Self.caller)
                #expect(reply.reason == reason)
            }
            try await plane.permits.release(permit, by: Self.caller)
        }
        #expect(plane.context.keyCounter.number == 1)
    }

    @Test("is none of a permit whose key was forgotten, nor of what is set back")
    func forgotten() async throws {
        let fixture = try await PlaneFixture()
        fixture.maximumKeys = 1
        try await fixture.restart()
        let plane = fixture.plane
        try await fixture.put("s", ["max_concurrent": 1], kind: BulkheadPolicy.kind, mode: "shadow")
        try await fixture.put("b", [:], kind: BreakerPolicy.kind)
        try await fixture.put("full", Self.limits)
        // The second call is let in without a slot: its permit outlives what is known of the key.
        var permits: [String] = []
        for _ in 0..<2 {
            let reply = try await plane.bulkheads.acquire(
                "s", BulkheadRequest(key: "k"), by: Self.caller)
            permits.append(try #require(reply.permit))
        }
        _ = try await plane.permits.settle(
            permits[0], OutcomeReport(.success), by: Self.caller)
        try await fixture.advance(60_000)
        for turn in 0..<PlaneLimits.sweepTurns {
            plane.checkpoint(turn: turn)
            try await plane.context.store.writer.flush()
        }
        #expect(plane.context.keyCounter.number == 0)
        try await fixture.acquire("full", "first")
        for reason in [nil, UncountedReason.duplicate] {
            let reply = try await plane.permits.settle(
                permits[1], OutcomeReport(.success), by: Self.caller)
            #expect(reply.reason == reason)
        }
        for permit in permits { try await plane.permits.release(permit, by: Self.caller) }
        #expect(
            try await plane.breakers.reset("b", "k", reason: nil, by: Self.caller) == 0)
        #expect(
            try await plane.bulkheads.reset("s", "k", reason: nil, by: Self.caller) == 0)
        #expect(try await plane.breakers.release("b", "k", by: Self.caller).position == .closed)
        #expect(plane.context.keyCounter.number == 1)
    }

    @Test("asks each part of a guard by its own policy")
    func guards() async throws {
        let fixture = try await Self.crowded("allow")
        let plane = fixture.plane
        let spec: JSONValue = [
            "limiters": [["name": "p", "key": "{user}"]], "bulkhead": ["name": "p", "key": "x"],
            "breaker": ["name": "p", "key": "x"],
        ]
        try await fixture.put("g", spec, kind: GuardPolicy.kind)
        var request = GuardRequest(attributes: ["user": "u"], wait: .seconds(3))
        let allowed = try await plane.guards.acquire("g", request, by: Self.caller)
        #expect(allowed.isAllowed && allowed.deniedBy == nil)
        let settled = try await plane.permits.settle(
            try #require(allowed.permit), OutcomeReport(.failure), by: Self.caller)
        #expect(settled.reason == .noRoom)
        let denying: JSONValue = ["spec": [:], "when_unreachable": "deny"]
        _ = try await plane.policies.put(BreakerPolicy.kind, "p", by: Self.caller) { _ in
            (denying, [])
        }
        for wait in [Timespan.zero, .seconds(3)] {
            request.wait = wait
            let denied = try await plane.guards.acquire("g", request, by: Self.caller)
            #expect(!denied.isAllowed && denied.retryAfter == nil)
            #expect(denied.deniedBy?.reason == "too_many_keys")
            #expect(denied.deniedBy?.policy.kind == BreakerPolicy.kind)
        }
        #expect(plane.context.keyCounter.number == 1)
    }

    @Test("is told once a minute, with how often it was met")
    func event() async throws {
        let fixture = try await Self.crowded("deny", maximum: 3)
        for number in 0..<10 { try await fixture.acquire("p", ExactString("k\(number)")) }
        try await fixture.advance(59_000)
        #expect(try await fixture.events("server.too_many_keys").count == 1)
        try await fixture.advance(1000)
        let told = try await fixture.events("server.too_many_keys").map(\.event.data)
        #expect(
            told == [
                ["limit": 3, "count": 3, "suppressed": 0],
                ["limit": 3, "count": 3, "suppressed": 8],
            ])
    }

    @Test("keeps all keys that were there before a restart, and lets in no other")
    func restart() async throws {
        let fixture = try await Self.crowded("deny", maximum: 5)
        fixture.maximumKeys = 2
        try await fixture.restart()
        #expect(fixture.plane.context.keyCounter.number == 5)
        #expect(try await fixture.acquire("full", "4").isAllowed)
        #expect(try await fixture.acquire("full", "new").reason == "too_many_keys")
    }

    @Test("is met by none of very many keys that come and go")
    func comeAndGo() async throws {
        let fixture = try await PlaneFixture()
        fixture.maximumKeys = 110_000
        try await fixture.restart()
        try await fixture.put("p", ["limits": [["quota": 1, "period_ms": 1000]]])
        for count in [100_000, 1000] {
            for number in 0..<count {
                try await fixture.acquire("p", ExactString("\(count)-\(number)"))
            }
            #expect(fixture.plane.context.keyCounter.number == count)
            try await fixture.advance(2000)
            for turn in 0..<PlaneLimits.sweepTurns {
                fixture.plane.checkpoint(turn: turn)
                try await fixture.plane.context.store.writer.flush()
            }
            #expect(fixture.plane.context.keyCounter.number == 0)
        }
    }
}
