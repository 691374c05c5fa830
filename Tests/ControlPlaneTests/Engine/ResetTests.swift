import GRDB
import Resilience
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("Resets")
struct ResetTests {
    /// A policy of each kind with states, two keys of which are in use.
    enum Part: CaseIterable {
        case limiter, strictLimiter, adaptiveLimiter, breaker, bulkhead, strictBulkhead, retry,
            timeout

        var hasKeys: Bool { self != .retry && self != .timeout }

        private var spec: (kind: Kind, spec: JSONValue) {
            let limits: JSONValue = [["quota": 10, "period_ms": 86_400_000]]
            return switch self {
            case .limiter: (LimiterPolicy.kind, ["limits": limits])
            case .strictLimiter:
                (LimiterPolicy.kind, ["limits": limits, "durability": "strict"])
            case .adaptiveLimiter:
                (
                    LimiterPolicy.kind,
                    [
                        "limits": limits,
                        "adaptive": [
                            "initial_per_second": 10, "min_per_second": 1, "max_per_second": 100,
                            "target_latency_ms": 10, "window_size": 10,
                        ],
                    ]
                )
            case .breaker:
                (
                    BreakerPolicy.kind,
                    ["window": ["type": "consecutive"], "failure_threshold": 5]
                )
            case .bulkhead: (BulkheadPolicy.kind, ["max_concurrent": 2, "lease_ms": 600_000])
            case .strictBulkhead:
                (
                    BulkheadPolicy.kind,
                    ["max_concurrent": 2, "lease_ms": 600_000, "durability": "strict"]
                )
            case .retry: (RetryPolicy.kind, ["budget": ["window_ms": 600_000]])
            case .timeout: (TimeoutPolicy.kind, ["timeout_ms": 1000])
            }
        }

        func put(_ fixture: PlaneFixture) async throws {
            let (kind, spec) = spec
            try await fixture.put("p", spec, kind: kind)
        }

        /// Uses a key, or what all callers share.
        func use(_ key: ExactString, _ plane: Plane) async throws {
            let caller = PlaneFixture.caller
            switch self {
            case .limiter, .strictLimiter:
                let request = LimiterRequest(key: key, cost: 4)
                _ = try await plane.limiters.acquire("p", request, by: caller)
            case .adaptiveLimiter:
                for _ in 0..<20 { _ = try plane.limiters.record("p", .milliseconds(100)) }
                _ = try await plane.limiters.acquire("p", LimiterRequest(key: key), by: caller)
            case .breaker:
                _ = try await plane.breakers.record("p", key, OutcomeReport(.failure), by: caller)
            case .bulkhead, .strictBulkhead:
                _ = try await plane.bulkheads.acquire("p", BulkheadRequest(key: key), by: caller)
            case .retry: _ = try plane.retries.record("p", .success, attempts: 1, by: caller)
            case .timeout: _ = try plane.timeouts.record("p", .success, .milliseconds(7))
            }
        }

        func reset(_ key: ExactString?, _ plane: Plane, reason: String? = nil) async throws -> Int {
            let caller = PlaneFixture.caller
            return switch self {
            case .limiter, .strictLimiter, .adaptiveLimiter:
                try await plane.limiters.reset("p", key, reason: reason, by: caller)
            case .breaker: try await plane.breakers.reset("p", key, reason: reason, by: caller)
            case .bulkhead, .strictBulkhead:
                try await plane.bulkheads.reset("p", key, reason: reason, by: caller)
            case .retry: try await plane.retries.reset("p", reason: reason, by: caller)
            case .timeout: try await plane.timeouts.reset("p", reason: reason, by: caller)
            }
        }

        /// How much use of a key is known; 0 for one that is as new.
        func used(_ key: ExactString, _ plane: Plane) throws -> Int64 {
            switch self {
            case .limiter, .strictLimiter:
                let answer = try plane.limiters.peek("p", LimiterRequest(key: key))
                return 10 - (answer.decision.tightest?.remaining ?? 0)
            case .adaptiveLimiter:
                return try plane.limiters.rate(of: "p")?.perSecond == 10 ? 0 : 1
            case .breaker:
                return try plane.breakers.view("p", key).figures.consecutiveFailures
            case .bulkhead, .strictBulkhead:
                return try plane.bulkheads.status("p", key).view.inUse
            case .retry: return try plane.retries.budget("p")?.firstAttempts ?? 0
            case .timeout: return Int64(try plane.timeouts.view("p").samples)
            }
        }
    }

    /// Whether one key is reset, or all are.
    enum Extent: CaseIterable {
        case one, all

        var key: ExactString? { self == .one ? "a" : nil }
    }

    @Test(
        "that were answered are undone by no crash, whatever a checkpoint writes meanwhile",
        arguments: Part.allCases, Extent.allCases)
    func checkpointBetween(part: Part, extent: Extent) async throws {
        if extent == .one, !part.hasKeys || part == .adaptiveLimiter { return }
        let fixture = try await PlaneFixture()
        try await part.put(fixture)
        let plane = fixture.plane
        for key in ["a", "b"] as [ExactString] { try await part.use(key, plane) }
        #expect(try part.used("a", plane) > 0)
        let writer = plane.context.store.writer
        let pool = plane.context.store.pool
        let held = await HeldThread { hold in pool.writeWithoutTransaction { _ in hold() } }
        // What comes first is taken at once; what comes after it waits.
        writer.enqueue(Change(events: [EventDraft("test.first", at: plane.now, actor: "test")]))
        while writer.backlog > 0 { await Task.yield() }
        let reset = Task { try await part.reset(extent.key, plane) }
        while writer.backlog == 0 { await Task.yield() }
        for turn in 0..<PlaneLimits.shards { plane.checkpoint(turn: turn) }
        held.letGo()
        #expect(try await reset.value >= 1)
        try fixture.crash()
        try await fixture.start()
        #expect(try part.used("a", fixture.plane) == 0)
        let isKept = extent == .one
        #expect(try (part.used("b", fixture.plane) > 0) == isKept)
    }

    @Test(
        "that cannot be stored are refused, and have changed nothing",
        arguments: [Part.limiter, .strictLimiter, .adaptiveLimiter, .retry, .timeout],
        Extent.allCases)
    func fullDisk(part: Part, extent: Extent) async throws {
        if extent == .one, !part.hasKeys || part == .adaptiveLimiter { return }
        let fixture = try await PlaneFixture()
        try await part.put(fixture)
        let plane = fixture.plane
        for key in ["a", "b"] as [ExactString] { try await part.use(key, plane) }
        let used = try part.used("a", plane)
        let count = plane.context.census.number
        try fixture.fillDisk()
        await expectRefusal(.storageUnavailable) {
            try await part.reset(
                extent.key, plane, reason: String(repeating: "x", count: 100_000))
        }
        #expect(try part.used("a", plane) == used)
        #expect(plane.context.census.number == count)
        try fixture.freeDisk()
        plane.checkpoint(turn: 0)
        try await plane.context.store.writer.flush()
        plane.checkpoint(turn: 1)
        try fixture.crash()
        try await fixture.start()
        #expect(try part.used("a", fixture.plane) == used)
    }

    @Test("that are refused leave runs of denials to be told to their end")
    func episodes() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("p", ["limits": [["quota": 1, "period_ms": 5000]]])
        try await fixture.acquire("p", "a")
        try await fixture.acquire("p", "a")
        try fixture.fillDisk()
        await expectRefusal(.storageUnavailable) {
            try await fixture.plane.limiters.reset(
                "p", nil, reason: String(repeating: "x", count: 100_000), by: PlaneFixture.caller)
        }
        try fixture.freeDisk()
        try await fixture.advance(60_000)
        #expect(try await fixture.events("limiter.recovered").count == 1)
    }

    @Test("of many keys leave none, and give their places back")
    func manyKeys() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("p", ["limits": [["quota": 5, "period_ms": 86_400_000]]])
        for number in 0..<5000 { try await fixture.acquire("p", ExactString("k\(number)")) }
        let count = try await fixture.plane.limiters.reset(
            "p", nil, reason: nil, by: PlaneFixture.caller)
        #expect(count == 5000)
        #expect(try fixture.plane.limiters.live.find("p").table.count == 0)
        #expect(fixture.plane.context.census.number == 0)
        #expect(try await fixture.events("limiter.reset").count == 1)
    }

    @Test("and deletions of policies leave nothing to who comes after")
    func recreated() async throws {
        let fixture = try await PlaneFixture()
        let spec: JSONValue = ["limits": [["quota": 10, "period_ms": 86_400_000]]]
        try await fixture.put("p", spec)
        try await fixture.acquire("p", "a", cost: 4)
        _ = try await fixture.plane.limiters.assign(
            "p", "b", ["blocked": true], by: PlaneFixture.caller)
        let plane = fixture.plane
        async let deleted: Void = plane.policies.delete(
            LimiterPolicy.kind, "p", by: PlaneFixture.caller)
        for turn in 0..<PlaneLimits.shards { plane.checkpoint(turn: turn) }
        try await deleted
        try await fixture.put("p", spec)
        for isRestarted in [false, true] {
            if isRestarted {
                try fixture.crash()
                try await fixture.start()
            }
            for key in ["a", "b"] as [ExactString] {
                #expect(try fixture.peek("p", key).line == "yes default 10 10 0 -")
            }
        }
    }
}
