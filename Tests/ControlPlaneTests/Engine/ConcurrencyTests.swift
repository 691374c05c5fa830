import Resilience
import Store
import Testing

@testable import ControlPlane

@Suite("Many calls at once")
struct ConcurrencyTests {
    @Test(
        "never spend more than the quota, and lose no spend",
        arguments: [
            "token_bucket", "fixed_window", "sliding_window",
        ])
    func quota(algorithm: String) async throws {
        let fixture = try await PlaneFixture()
        let limit: JSONValue = ["quota": 5000, "period_ms": 60000]
        try await fixture.put("api", ["algorithm": .string(algorithm), "limits": [limit]])
        let limiters = fixture.plane.limiters
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 1...100 {
                group.addTask {
                    var allowed = 0
                    for _ in 1...80 {
                        let answer = try? await limiters.acquire(
                            "api", LimiterRequest(key: "k"), by: PlaneFixture.caller)
                        allowed += answer?.isAllowed == true ? 1 : 0
                    }
                    return allowed
                }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 5000)
        #expect(try limiters.stats("api").totals == [5000, 3000, 0, 0, 5000])
        #expect(try fixture.peek("api").decision.tightest?.remaining == 0)
        try await fixture.restart()
        #expect(try fixture.peek("api").decision.tightest?.remaining == 0)
    }

    @Test("with the machine's clock spend no more than its time brings back")
    func systemClock() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.stop()
        var configuration = fixture.configuration
        configuration.clock = .system
        let plane = try await Plane(configuration)
        let spec: JSONValue = ["limits": [["quota": 1_000_000, "period_ms": 1000, "burst": 1]]]
        _ = try await plane.policies.put(
            LimiterPolicy.kind, "api", by: PlaneFixture.caller
        ) { _ in (["spec": spec], []) }
        let (start, limiters) = (plane.now, plane.limiters)
        let allowed = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 1...8 {
                group.addTask {
                    var allowed: Int64 = 0
                    for _ in 1...3000 {
                        let answer = try await limiters.acquire(
                            "api", LimiterRequest(key: "k"), by: PlaneFixture.caller)
                        allowed += answer.isAllowed ? 1 : 0
                    }
                    return allowed
                }
            }
            return try await group.reduce(0, +)
        }
        let spent = (plane.now - start).nanoseconds / 1000 + 1
        #expect(allowed >= 1 && allowed <= spent)
        try await plane.stop()
    }

    @Test("refunds and spends of one key add up")
    func refunds() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", ["limits": [["quota": 1000, "period_ms": 60000]]])
        try await fixture.acquire("api", cost: 500)
        let limiters = fixture.plane.limiters
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...50 {
                group.addTask {
                    let request = LimiterRequest(key: "k", cost: 3)
                    _ = try await limiters.acquire("api", request, by: PlaneFixture.caller)
                }
                group.addTask {
                    let request = LimiterRequest(key: "k", cost: 2)
                    _ = try await limiters.refund("api", request, by: PlaneFixture.caller)
                }
            }
            try await group.waitForAll()
        }
        #expect(try fixture.peek("api").decision.tightest?.remaining == 450)
        try await fixture.restart()
        #expect(try fixture.peek("api").decision.tightest?.remaining == 450)
    }
}
