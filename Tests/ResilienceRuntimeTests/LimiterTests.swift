import Resilience
import ResilienceRuntime
import Testing

@Suite("Limiters in process")
struct LimiterTests {
    let clock = ManualClock()

    @Test("a key gets its quota, and then what comes back with time")
    func quota() throws {
        let limiter = try Limiter(quota: 2, clock)
        #expect(try limiter.acquire("ada").tightest?.remaining == 1)
        try limiter.acquire("ada")
        let denied = #expect(throws: Denied.self) { try limiter.acquire("ada") }
        #expect(denied?.kind == .limiter && denied?.name == "calls")
        #expect(denied?.reason == .rateLimited && denied?.retryAfter == .milliseconds(500))
        try limiter.acquire("bob", cost: 2)
        clock.advance(by: .milliseconds(500))
        try limiter.acquire("ada")
        #expect(throws: Denied.self) { try limiter.acquire("ada") }
    }

    @Test(
        "says why it denies",
        arguments: [
            ("ada", 3, nil, Denied.Reason.costExceedsLimit),
            (String(repeating: "k", count: 257), 1, nil, .invalidKey),
            ("a\nb", 1, nil, .invalidKey),
            ("ada", 1, "gold", .unknownTier),
        ] as [(String, Int64, String?, Denied.Reason)])
    func reasons(key: String, cost: Int64, tier: String?, reason: Denied.Reason) throws {
        let limiter = try Limiter(quota: 2, clock)
        let denied = #expect(throws: Denied.self) {
            try limiter.acquire(key, cost: cost, tier: tier)
        }
        #expect(denied?.reason == reason && denied?.retryAfter == nil)
        #expect(limiter.keys == 0)
    }

    @Test("what was spent for nothing can be given back")
    func refund() throws {
        let limiter = try Limiter(quota: 2, clock)
        try limiter.acquire("ada", cost: 2)
        limiter.refund("ada", cost: 1)
        limiter.refund("nobody")
        try limiter.acquire("ada")
        #expect(throws: Denied.self) { try limiter.acquire("ada") }
    }

    @Test("each tier of a key has an account of its own")
    func tiers() throws {
        let policy = try LimiterPolicy {
            var (free, pro, blocked) = (TierSpec(), TierSpec(), TierSpec())
            free.limits = [LimitSpec(quota: 1, period: .seconds(1))]
            pro.limits = [LimitSpec(quota: 2, period: .seconds(2))]
            blocked.blocked = true
            $0.tiers = ["free": free, "pro": pro, "blocked": blocked]
        }
        let limiter = Limiter("tiers", policy, clock: clock)
        #expect(try limiter.acquire("ada").tier == "free")
        let denied = #expect(throws: Denied.self) { try limiter.acquire("ada", tier: "blocked") }
        #expect(denied?.reason == .blocked)
        try limiter.acquire("ada", cost: 2, tier: "pro")
        for tier in ["free", "pro"] {
            #expect(throws: Denied.self) { try limiter.acquire("ada", tier: tier) }
        }
        #expect(limiter.refund("ada", cost: 3, tier: "pro") == 2)
        #expect(limiter.refund("ada", cost: 0) == 0 && limiter.refund("nobody") == 0)
        try limiter.acquire("ada", tier: "pro")
        #expect(throws: Denied.self) { try limiter.acquire("ada") }
        // Forgotten with the last of its accounts only.
        clock.advance(by: .milliseconds(1000))
        #expect(try limiter.acquire("ada", cost: 0).tightest?.remaining == 1)
        #expect(try limiter.acquire("ada", cost: 0, tier: "pro").tightest?.remaining == 2)
    }

    @Test("keeps so many keys, refuses another, and forgets those that are full again")
    func keys() throws {
        let limiter = try Limiter(quota: 1, maximumKeys: 3, clock)
        for key in ["a", "b", "c"] { try limiter.acquire(key) }
        let denied = #expect(throws: Denied.self) { try limiter.acquire("d") }
        #expect(denied?.reason == .tooManyKeys && limiter.keys == 3)
        // One that is known is still answered for itself.
        #expect(throws: Denied.self) { try limiter.acquire("a") }
        clock.advance(by: .seconds(1))
        try limiter.acquire("a")
        try limiter.acquire("d")
        #expect(limiter.keys == 2)
        // Those that are gone begin anew, and those that are not do not.
        try limiter.acquire("b")
        for key in ["a", "b", "d"] {
            let denied = #expect(throws: Denied.self) { try limiter.acquire(key) }
            #expect(denied?.reason == .rateLimited)
        }
    }

    @Test("idle keys are forgotten long before the bound")
    func sweep() throws {
        let limiter = try Limiter(quota: 1, maximumKeys: 10_000, clock)
        for number in 1...1000 {
            try limiter.acquire("key \(number)")
            clock.advance(by: .seconds(1))
        }
        #expect(limiter.keys <= 64)
    }

    @Test("a rate that adapts follows how long calls take")
    func adaptive() async throws {
        let policy = try LimiterPolicy(
            json: """
                { "limits": [{"quota": 10, "period_ms": 1000, "burst": 1}],
                  "adaptive": {"initial_per_second": 10, "min_per_second": 1,
                    "max_per_second": 20, "target_latency_ms": 100, "window_size": 2} }
                """)
        let limiter = Limiter("calls", policy, clock: clock)
        let guarded = Guarded(limiters: [Keyed(limiter)], clock: clock)
        try await guarded.run { [clock] in clock.advance(by: .seconds(1)) }
        let decision = try limiter.acquire(cost: 1)
        // Ten a second became nine.
        #expect(decision.limits.first?.limit.quota == 9000)
    }

    @Test("a thousand tasks at once never get more than the quota")
    func concurrent() async throws {
        let limiter = try Limiter(quota: 100, clock)
        let allowed = await withTaskGroup(of: Bool.self) { group in
            for _ in 1...1000 {
                group.addTask { (try? limiter.acquire("ada")) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(allowed == 100)
    }
}
