import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane

@Suite("Breakers under many callers")
struct BreakerTests {
    private func put(_ fixture: PlaneFixture, _ spec: JSONValue) async throws {
        try await fixture.put("b", spec, kind: BreakerPolicy.kind)
    }

    @Test("let exactly as many probes through as may be out")
    func probes() async throws {
        let fixture = try await PlaneFixture()
        try await put(fixture, ["half_open_permits": 4, "open_duration_ms": 1000])
        let breakers = fixture.plane.breakers
        _ = try await breakers.force("b", "k", .open, reason: nil, by: PlaneFixture.caller)
        try await fixture.advance(1000)
        let permits = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await breakers.acquire(
                        "b", "k", reporter: nil, by: PlaneFixture.caller
                    ).permit
                }
            }
            return try await group.reduce(into: Set<String>()) { found, permit in
                if let permit { found.insert(permit) }
            }
        }
        #expect(permits.count == 4)
    }

    @Test("count every outcome that is reported")
    func reports() async throws {
        let fixture = try await PlaneFixture()
        try await put(
            fixture, ["window": ["type": "count", "size": 100_000], "minimum_calls": 90_000])
        let breakers = fixture.plane.breakers
        try await withThrowingTaskGroup { group in
            for _ in 0..<100 {
                group.addTask {
                    for _ in 0..<50 {
                        _ = try await breakers.record(
                            "b", "k", OutcomeReport(.failure), by: PlaneFixture.caller)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try breakers.view("b", "k").figures.counts.failures == 5000)
        try await fixture.restart()
        #expect(try fixture.plane.breakers.view("b", "k").figures.counts.failures == 5000)
    }

    @Test("count one of two settlements of one permit at once")
    func settledOnce() async throws {
        let fixture = try await PlaneFixture()
        try await put(fixture, [:])
        let (breakers, permits) = (fixture.plane.breakers, fixture.plane.permits)
        for _ in 0..<50 {
            let reply = try await breakers.acquire(
                "b", "k", reporter: nil, by: PlaneFixture.caller)
            let permit = try #require(reply.permit)
            async let first = permits.settle(
                permit, OutcomeReport(.success), by: PlaneFixture.caller)
            async let second = permits.settle(
                permit, OutcomeReport(.success), by: PlaneFixture.caller)
            let reasons = try await [first.reason, second.reason]
            #expect(reasons.contains(nil) && reasons.contains(.duplicate))
        }
        #expect(try breakers.view("b", "k").figures.counts.successes == 50)
        await expectRefusal(.notFound) {
            _ = try await permits.settle(
                "forged", OutcomeReport(.success), by: PlaneFixture.caller)
        }
    }

    @Test("have the place of a probe again that was settled while they were disabled")
    func settledWhileDisabled() async throws {
        let fixture = try await PlaneFixture()
        let spec: JSONValue = ["half_open_permits": 1, "open_duration_ms": 1000]
        try await put(fixture, spec)
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        _ = try await plane.breakers.force("b", "k", .open, reason: nil, by: caller)
        try await fixture.advance(1000)
        let probe = try await plane.breakers.acquire("b", "k", reporter: nil, by: caller).permit
        try await fixture.put("b", spec, kind: .breaker, mode: "disabled")
        for reason in [UncountedReason.disabled, .duplicate] {
            let reply = try await plane.permits.settle(
                try #require(probe), OutcomeReport(.success), by: caller)
            #expect(reply.reason == reason)
        }
        try await put(fixture, spec)
        #expect(try plane.breakers.view("b", "k").probesInFlight == 0)
        let next = try await plane.breakers.acquire("b", "k", reporter: nil, by: caller)
        #expect(next.isAllowed)
    }

    @Test("settle a call once that was let through while they were disabled, without a state")
    func letThroughWhileDisabled() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("b", [:], kind: .breaker, mode: "disabled")
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        let permit = try await plane.breakers.acquire("b", "k", reporter: nil, by: caller).permit
        for reason in [UncountedReason.disabled, .duplicate] {
            let reply = try await plane.permits.settle(
                try #require(permit), OutcomeReport(.failure), by: caller)
            #expect(reply.reason == reason)
        }
        #expect(plane.context.keyCounter.number == 0)
    }

    @Test("tell of an operator's change alone while they are disabled, not of what was overdue")
    func changedWhileDisabled() async throws {
        let spec: JSONValue = ["open_duration_ms": 1000, "automatic_half_open": true]
        for operation in ["reset", "force", "release"] {
            let fixture = try await PlaneFixture()
            try await put(fixture, spec)
            let (breakers, caller) = (fixture.plane.breakers, PlaneFixture.caller)
            _ = try await breakers.force("b", "k", .open, reason: nil, by: caller)
            try await fixture.put("b", spec, kind: .breaker, mode: "disabled")
            try await fixture.advance(5000)
            switch operation {
            case "reset": _ = try await breakers.reset("b", "k", reason: nil, by: caller)
            case "force":
                _ = try await breakers.force(
                    "b", "k", .forcedClosed(until: nil), reason: nil, by: caller)
            default: _ = try await breakers.release("b", "k", by: caller)
            }
            let told = try await fixture.events("breaker.*").map(\.event.type)
            #expect(told.count == 2 && !told.contains("breaker.half_opened"), "\(told)")
        }
    }
}
