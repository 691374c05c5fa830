import Resilience
import Store
import Synchronization
import Testing

@testable import ControlPlane

/// A bulkhead gets a new version while a call is on its way to its lock.
@Suite("Bulkheads whose policy changes as a call comes")
struct BulkheadSuccessionTests {
    /// A clock that does something the next time it is looked at: calls do with the lock held.
    private final class InterruptedClock: PlaneClock {
        private let clock: any PlaneClock
        private let next = Mutex(Action())

        private struct Action { var run: (@Sendable () -> Void)? }

        init(_ clock: any PlaneClock) { self.clock = clock }

        func atNextLook(_ run: @escaping @Sendable () -> Void) {
            next.withLock { $0.run = run }
        }

        func now() -> Instant {
            let action = next.withLock { next in
                defer { next.run = nil }
                return next
            }
            action.run?()
            return clock.now()
        }
    }

    /// What comes to the bulkhead `db`, whose only key is `k`.
    enum Call: CaseIterable {
        case acquire, acquireWaiting, settle, renew, askGuard
    }

    private static let plain: JSONValue = ["max_concurrent": 10]
    private static let waiting: JSONValue = [
        "max_concurrent": 10, "max_queue": 5, "max_wait_ms": 1000,
    ]
    private static let adaptive: JSONValue = [
        "max_concurrent": 10, "max_queue": 5, "max_wait_ms": 1000,
        "adaptive": ["algorithm": "aimd", "min": 2],
    ]

    @Test(
        "are decided by the version that is in force at the call's turn, and forget nothing",
        arguments: Call.allCases)
    func newVersion(call: Call) async throws {
        let fixture = try await BulkheadFixture(call == .acquireWaiting ? Self.waiting : Self.plain)
        let running = fixture.plane.plane
        let first = try running.bulkheads.live.find("db").version.entry
        try await fixture.put(Self.adaptive)
        let second = try running.bulkheads.live.find("db").version.entry
        try await fixture.plane.put("g", ["bulkhead": ["name": "db", "key": "k"]], kind: .guard)

        let clock = InterruptedClock(running.context.clock)
        let context = Self.context(running.context, clock)
        let bulkheads = Bulkheads(context)
        bulkheads.publish([first])
        let guards = Self.guards(context, bulkheads)
        guards.publish([try running.guards.live.find("g").version.entry])
        let desk = PermitService(permits: context.permits, clock: clock, issuers: [bulkheads])
        let bulkhead = try bulkheads.live.find("db")
        let request = BulkheadRequest(key: "k", wait: .zero)
        let caller = PlaneFixture.caller
        let permit = try #require(
            try await bulkheads.acquire("db", request, by: caller).permit)

        clock.atNextLook {
            bulkhead.adopt(second)
            bulkhead.table.changeLocked("k") { slot in
                let late = BulkheadPermit(generation: 1, slot: nil, expiresAt: .distantFuture)
                _ = slot.state.settle(late, .timeout, bulkhead.version.spec, at: running.now)
            }
        }
        switch call {
        case .acquire: _ = try await bulkheads.acquire("db", request, by: caller)
        case .acquireWaiting:
            let request = BulkheadRequest(key: "k", wait: .milliseconds(10))
            _ = try await bulkheads.acquire("db", request, by: caller)
        case .settle: _ = try await desk.settle(permit, OutcomeReport(.failure), by: caller)
        case .renew: _ = try await desk.renew(permit, for: nil, by: caller)
        case .askGuard:
            _ = try await guards.acquire("g", GuardRequest(wait: .zero), by: caller)
        }
        #expect(try bulkheads.status("db", "k").view.limit == 9)
    }

    private static func context(
        _ context: PlaneContext, _ clock: any PlaneClock
    ) -> PlaneContext {
        PlaneContext(
            store: context.store, clock: clock, timers: context.timers,
            keyCounter: context.keyCounter,
            waiters: context.waiters, permits: context.permits, health: context.health,
            variables: context.variables, random: context.random)
    }

    private static func guards(_ context: PlaneContext, _ bulkheads: Bulkheads) -> Guards {
        let guards = Guards(context)
        context.kinds.fill(with: [
            Limiters(context), Breakers(context), bulkheads, Retries(context),
            Timeouts(context), Fallbacks(context), guards,
        ])
        return guards
    }
}
