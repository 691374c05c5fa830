import Resilience
import Testing

@testable import ControlPlane

@Suite("A guard that drops a part while a call is decided")
struct GuardVersionTests {
    private static let request = GuardRequest(attributes: ["user": "u"])

    /// A guard whose first version names a limiter that has been deleted since.
    private func dropped(
        mode: String = "enforce"
    ) async throws -> (
        fixture: PlaneFixture, live: LivePolicy<Guards>, old: GuardVersion
    ) {
        let fixture = try await PlaneFixture()
        for name in ["a", "z"] { try await fixture.put(name, ["limits": [["quota": 1]]]) }
        func put(_ limiter: JSONValue) async throws {
            try await fixture.put(
                "g", ["limiters": [["name": limiter, "key": "{user}"]]], kind: GuardPolicy.kind,
                mode: mode)
        }
        try await put("a")
        let live = try fixture.plane.guards.live.find("g")
        let old = live.version
        try await put("z")
        try await fixture.plane.policies.delete(
            LimiterPolicy.kind, "a", by: PlaneFixture.caller)
        return (fixture, live, old)
    }

    @Test("is decided by its newer version")
    func decided() async throws {
        let (fixture, live, old) = try await dropped()
        let keys = try GuardKeys(
            old, Self.request.attributes, among: fixture.plane.context.kinds)
        let (answer, _) = try fixture.plane.guards.decide(
            live, old, keys, Self.request, behind: [], by: PlaneFixture.caller)
        #expect(answer.isAllowed && answer.policy.version == 2)
        #expect(answer.steps.map(\.policy.name) == ["z"])
        #expect(try fixture.peek("z", "u").decision.tightest?.remaining == 0)
    }

    @Test("says what is missing where it is named still")
    func missing() async throws {
        let (fixture, live, _) = try await dropped()
        let limiters = fixture.plane.limiters
        limiters.remove([try fixture.plane.policies.get(LimiterPolicy.kind, "z")])
        let keys = try GuardKeys(
            live.version, Self.request.attributes, among: fixture.plane.context.kinds)
        await expectRefusal(.notFound) {
            try fixture.plane.guards.decide(
                live, live.version, keys, Self.request, behind: [], by: PlaneFixture.caller)
        }
    }
}
