import Resilience
import Store
import Synchronization
import Testing

@testable import ControlPlane

@Suite("A rate that is reported to while its policy changes")
struct LimiterRateTests {
    /// A clock that stands still, and does something the first time it is asked.
    private final class InterruptingClock: PlaneClock {
        private struct Action: Sendable {
            let run: @Sendable () -> Void
        }

        private let action: Mutex<Action?>

        init(_ action: @escaping @Sendable () -> Void) { self.action = Mutex(Action(run: action)) }

        func now() -> Instant {
            let action = action.withLock { action in
                defer { action = nil }
                return action
            }
            action?.run()
            return ManualClock.beginning
        }
    }

    private static func spec(window: Int64?) -> JSONValue {
        let limits: JSONValue = [["quota": 10, "period_ms": 1000]]
        guard let window else { return ["limits": limits] }
        return [
            "limits": limits,
            "adaptive": [
                "initial_per_second": 10, "min_per_second": 1, "max_per_second": 1000,
                "target_latency_ms": 100, "window_size": .integer(window),
            ],
        ]
    }

    /// Versions of a policy, the first of which is in force, and limiters whose clock puts the
    /// last in force the first time it is asked.
    private func limiters(
        from first: JSONValue, to last: JSONValue, _ fixture: PlaneFixture
    ) async throws -> Limiters {
        try await fixture.put("api", first)
        let old = try fixture.plane.policies.get(LimiterPolicy.kind, "api")
        try await fixture.put("api", last)
        let new = try fixture.plane.policies.get(LimiterPolicy.kind, "api")
        let made = Mutex<Limiters?>(nil)
        let clock = InterruptingClock {
            made.withLock(\.self)?.publish([new])
        }
        let own = fixture.plane.context
        let limiters = Limiters(
            PlaneContext(
                store: own.store, clock: clock, timers: own.timers, keyCounter: own.keyCounter,
                waiters: own.waiters, permits: own.permits, health: own.health,
                variables: own.variables, random: own.random))
        made.withLock { $0 = limiters }
        limiters.publish([old])
        return limiters
    }

    @Test("does not come back where the newer version has none")
    func dropped() async throws {
        let fixture = try await PlaneFixture()
        let limiters = try await limiters(
            from: Self.spec(window: 4), to: Self.spec(window: nil), fixture)
        await expectRefusal(.conflict) { try limiters.record("api", .milliseconds(1)) }
        let limiter = try limiters.live.find("api")
        limiter.adopt(try version(Self.spec(window: 4), fixture, "again"))
        #expect(limiter.own.rate.figures(limiter.version)?.samples == 0)
    }

    @Test("keeps as many samples as the newer version has it")
    func window() async throws {
        let fixture = try await PlaneFixture()
        let limiters = try await limiters(
            from: Self.spec(window: 4), to: Self.spec(window: 100), fixture)
        let limiter = try limiters.live.find("api")
        let large = LivePolicy<Limiters>(
            try version(Self.spec(window: 100), fixture, "large"), KeyCounter())
        for _ in 0..<30 {
            _ = limiter.own.rate.record(.milliseconds(100), large, at: ManualClock.beginning)
        }
        #expect(try limiters.record("api", .milliseconds(100)).samples == 31)
    }

    /// A policy of that spec that is in force elsewhere.
    private func version(
        _ spec: JSONValue, _ fixture: PlaneFixture, _ name: String
    ) throws -> PolicyEntry {
        let policies = fixture.plane.policies
        let draft = try policies.draft(of: ["spec": spec], LimiterPolicy.kind, name)
        let record = try policies.get(LimiterPolicy.kind, "api").record
        return policies.reader.entry(draft, record)
    }

    @Test("is not begun by looking, so that it begins with the version in force")
    func looking() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec(window: 4))
        try await fixture.acquire("api")
        let limiter = try fixture.plane.limiters.live.find("api")
        let old = limiter.version
        try await fixture.put("api", Self.spec(window: nil))
        // A call that is still decided by the version before.
        #expect(limiter.own.rate.pace(old) != nil)
        limiter.own.rate.write(limiter.table.policyID, with: fixture.plane.context.store.writer)
        try await fixture.put("api", Self.spec(window: 8))
        #expect(limiter.own.rate.figures(limiter.version)?.samples == 0)
    }
}
