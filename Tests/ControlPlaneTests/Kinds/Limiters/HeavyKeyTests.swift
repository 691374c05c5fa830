import Resilience
import Testing

@testable import ControlPlane

@Suite("The heaviest keys of a limiter")
struct HeavyKeyTests {
    private static let spec: JSONValue = ["limits": [["quota": 2, "period_ms": 60000]]]

    private func top(_ fixture: PlaneFixture, areAllowed: Bool, limit: Int = 20) throws -> [String]
    {
        try fixture.plane.limiters.top("api", areAllowed: areAllowed, limit: limit)
            .map { "\($0.key) \($0.count)" }
    }

    private func ask(_ fixture: PlaneFixture, _ key: ExactString, times: Int) async throws {
        for _ in 0..<times { try await fixture.acquire("api", key) }
    }

    @Test("are told by denials or by allowed calls, also after a restart and a reset")
    func counted() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        try await ask(fixture, "a", times: 3)
        try await ask(fixture, "b", times: 7)
        try await ask(fixture, "c", times: 1)
        for restarts in [false, true] {
            if restarts { try await fixture.restart() }
            #expect(try top(fixture, areAllowed: false) == ["b 5", "a 1"])
            #expect(try top(fixture, areAllowed: true) == ["a 2", "b 2", "c 1"])
            #expect(try top(fixture, areAllowed: true, limit: 1) == ["a 2"])
        }
        _ = try await fixture.plane.limiters.reset(
            "api", nil, reason: nil, by: PlaneFixture.caller)
        try await ask(fixture, "a", times: 1)
        try await fixture.restart()
        #expect(try top(fixture, areAllowed: true) == ["a 3", "b 2", "c 1"])
    }

    @Test("are those of the last graceful stop after a crash, and none of a new policy's")
    func crash() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        try await ask(fixture, "a", times: 1)
        try await fixture.restart()
        try await ask(fixture, "b", times: 1)
        fixture.plane.checkpoint(turn: 0)
        try fixture.crash()
        try await fixture.start()
        #expect(try top(fixture, areAllowed: true) == ["a 1"])
        _ = try await fixture.plane.policies.delete(
            LimiterPolicy.kind, "api", Precondition(), by: PlaneFixture.caller)
        try await fixture.put("api", Self.spec)
        #expect(try top(fixture, areAllowed: true).isEmpty)
    }

    @Test("are found among more keys than are counted, in bounded memory")
    func bounded() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", ["limits": [["quota": 1_000_000]]])
        let room = PlaneLimits.heavyKeys * PlaneLimits.counterParts
        for number in 0..<4 * room {
            try await fixture.acquire("api", ExactString("k\(number)"))
            try await fixture.acquire("api", "heavy")
        }
        let found = try fixture.plane.limiters.top("api", areAllowed: true, limit: 10_000)
        #expect(found.count == room)
        #expect(found.first == HeavyHitter(key: "heavy", count: Int64(4 * room), error: 0))
    }

    @Test("a limiter at rest counts none")
    func atRest() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec, mode: "disabled")
        try await ask(fixture, "a", times: 3)
        #expect(try top(fixture, areAllowed: true).isEmpty)
        try await fixture.put("api", Self.spec, mode: "shadow")
        try await ask(fixture, "a", times: 3)
        #expect(try top(fixture, areAllowed: false) == ["a 1"])
    }
}
