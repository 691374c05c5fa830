import Resilience
import Testing

@testable import ControlPlane

@Suite("Tiers at work, also stopped and started between every two steps")
struct TierScriptTests {
    private typealias Script = PlaneScript
    private static let tiers: JSONValue = [
        "tiers": [
            "free": ["limits": [["quota": 10, "period_ms": 60_000]]],
            "pro": ["limits": [["quota": 100, "period_ms": 60_000]]],
        ]
    ]

    private static func until(_ ms: Int64) -> JSONValue {
        .string((ManualClock.beginning + .milliseconds(ms)).timestamp)
    }

    @Test("50 spent of 100 are still 50 after a look from a tier of 10")
    func look() async throws {
        try await Script.run(
            Self.tiers,
            [
                (Script.acquire(cost: 50, tier: "pro"), "yes pro 100 50 30000 -"),
                (Script.peek(tier: "free"), "yes free 10 10 0 -"),
                (Script.acquire(cost: 0, tier: "free"), "yes free 10 10 0 -"),
                (Script.peek(tier: "pro"), "yes pro 100 50 30000 -"),
                (Script.acquire(cost: 11), "no free 10 10 0 - cost_exceeds_limit"),
                (Script.accounts(), "pro 50"),
                (Script.acquire(cost: 51, tier: "pro"), "no pro 100 50 30000 600 rate_limited"),
            ])
    }

    @Test("calls that go from tier to tier get the sum of the tiers and no more")
    func alternating() async throws {
        let once: JSONValue = [
            "algorithm": "fixed_window", "default_tier": "a",
            "tiers": [
                "a": ["limits": [["quota": 1, "period_ms": 60_000]]],
                "b": ["limits": [["quota": 1, "period_ms": 30_000]]],
            ],
        ]
        try await Script.run(
            once,
            [
                (Script.acquire(tier: "a"), "yes a 1 0 60000 -"),
                (Script.acquire(tier: "b"), "yes b 1 0 30000 -"),
                (Script.acquire(tier: "a"), "no a 1 0 60000 60000 rate_limited"),
                (Script.acquire(tier: "b"), "no b 1 0 30000 30000 rate_limited"),
                (Script.acquire(tier: "a"), "no a 1 0 60000 60000 rate_limited"),
                (Script.acquire(tier: "b"), "no b 1 0 30000 30000 rate_limited"),
                (Script.advance(30_000), "30000"),
                (Script.acquire(tier: "b"), "yes b 1 0 30000 -"),
                (Script.acquire(tier: "a"), "no a 1 0 30000 30000 rate_limited"),
            ])
    }

    @Test("give back to the tier that was charged, and no more than was spent in it")
    func refunding() async throws {
        try await Script.run(
            Self.tiers,
            [
                (Script.acquire(cost: 50, tier: "pro"), "yes pro 100 50 30000 -"),
                (Script.acquire(cost: 4), "yes free 10 6 24000 -"),
                (Script.refund(1), "1: yes free 10 7 18000 -"),
                (Script.refund(9, tier: "pro"), "9: yes pro 100 59 24600 -"),
                (Script.refund(9, tier: "free"), "3: yes free 10 10 0 -"),
                (Script.refund(9, tier: "assigned"), "0: yes free 10 10 0 -"),
                (Script.assign(["limits": [["quota": 5, "period_ms": 60_000]]]), "new"),
                (Script.acquire(cost: 4), "yes assigned 5 1 48000 -"),
                (Script.refund(1), "1: yes assigned 5 2 36000 -"),
                (Script.refund(1, tier: "pro"), "1: yes pro 100 60 24000 -"),
                (Script.unassign(), "gone"),
                (Script.refund(1, tier: "assigned"), "1: yes free 10 10 0 -"),
                (Script.accounts(), "assigned 3, pro 60"),
            ])
    }

    @Test("forget an idle key only when all its accounts are full")
    func sweeping() async throws {
        let tiers: JSONValue = [
            "tiers": [
                "slow": ["limits": [["quota": 10, "period_ms": 3_600_000]]],
                "fast": ["limits": [["quota": 100, "period_ms": 60_000]]],
            ], "default_tier": "slow",
        ]
        try await Script.run(
            tiers,
            [
                (Script.acquire(cost: 100, tier: "fast"), "yes fast 100 0 60000 -"),
                (Script.acquire(cost: 1), "yes slow 10 9 360000 -"),
                (Script.advance(61_000), "61000"), (Script.sweep(), "swept"),
                (Script.accounts(), "slow 9"),
                (Script.advance(299_000), "360000"), (Script.sweep(), "swept"),
                (
                    { fixture in
                        "\(try fixture.plane.limiters.live.find("api").table.count)"
                    }, "0"
                ),
            ])
    }

    @Test("what was spent in a tier that the policy lost is dropped, in the others it is kept")
    func lost() async throws {
        let pro: JSONValue = [
            "tiers": ["pro": ["limits": [["quota": 100, "period_ms": 60_000]]]],
            "default_tier": "pro",
        ]
        try await Script.run(
            Self.tiers,
            [
                (Script.acquire(cost: 10), "yes free 10 0 60000 -"),
                (Script.acquire(cost: 10, tier: "pro"), "yes pro 100 90 6000 -"),
                (Script.put(pro), "updated"),
                (Script.accounts(), "pro 90"),
                (Script.put(Self.tiers), "updated"),
                (Script.peek(), "yes free 10 10 0 -"),
                (Script.peek(tier: "pro"), "yes pro 100 90 6000 -"),
                (Script.put(["limits": [["quota": 5, "period_ms": 60_000]]]), "updated"),
                (Script.accounts(), ""),
                (Script.peek(), "yes default 5 5 0 -"),
            ])
    }

    @Test("a tier that is changed keeps what was spent in it, whatever the others do")
    func changed() async throws {
        let other: JSONValue = [
            "tiers": [
                "free": ["limits": [["quota": 20, "period_ms": 60_000]]],
                "pro": ["blocked": true],
            ]
        ]
        try await Script.run(
            Self.tiers,
            [
                (Script.acquire(cost: 8), "yes free 10 2 48000 -"),
                (Script.acquire(cost: 30, tier: "pro"), "yes pro 100 70 18000 -"),
                (Script.put(other), "updated"),
                (Script.acquire(tier: "pro"), "no pro - - - - blocked"),
                (Script.peek(), "yes free 20 12 24000 -"),
                (Script.put(Self.tiers), "updated"),
                (Script.peek(), "yes free 10 2 48000 -"),
                (Script.peek(tier: "pro"), "yes pro 100 70 18000 -"),
            ])
    }

    @Test("a wait ends with the assignment that denies, and not before one that lets the call in")
    func succession() async throws {
        try await Script.run(
            Self.tiers,
            [
                (Script.assign(["blocked": true, "expires_at": Self.until(5000)]), "new"),
                (Script.acquire(), "no assigned - - - 5000 blocked"),
                (Script.acquire(cost: 0), "no assigned - - - 5000 blocked"),
                (Script.acquire(cost: 11), "no assigned - - - - blocked"),
                (Script.advance(4999), "4999"),
                (Script.peek(tier: "pro"), "no assigned - - - 1 blocked"),
                (Script.advance(1), "5000"),
                (Script.acquire(cost: 10), "yes free 10 0 60000 -"),
                (Script.assign(["tier": "pro", "expires_at": Self.until(6000)]), "new"),
                (Script.acquire(cost: 100), "yes pro 100 0 60000 -"),
                (Script.acquire(), "no pro 100 0 60000 600 rate_limited"),
                // Two are there in 1.2 s, but the assignment ends before, and the free wait longer.
                (Script.acquire(cost: 2), "no pro 100 0 60000 12000 rate_limited"),
                (Script.acquire(cost: 11), "no pro 100 0 60000 - rate_limited"),
                (Script.advance(12_000), "17000"),
                (Script.acquire(cost: 2), "yes free 10 0 60000 -"),
            ])
    }

    @Test("a tier cannot have the name that limits of a key's own have")
    func reserved() async throws {
        let fixture = try await PlaneFixture()
        let error = await expectRefusal(.invalid) {
            try await fixture.put(
                "api", ["tiers": ["assigned": ["blocked": true]], "default_tier": "assigned"])
        }
        #expect(error?.faults.map(\.pointer) == ["/spec/tiers/assigned"])
    }

    @Test("strict ones lose at most a block of each tier in a crash, and grant nothing twice")
    func strict() async throws {
        let fixture = try await PlaneFixture()
        let limit: JSONValue = ["quota": 320, "period_ms": 86_400_000]
        try await fixture.put(
            "api",
            [
                "tiers": ["free": ["limits": [limit]], "pro": ["limits": [limit]]],
                "durability": "strict",
            ])
        for _ in 0..<15 {
            for tier in ["free", "pro"] { try await fixture.acquire("api", tier: tier) }
        }
        try fixture.crash()
        try await fixture.start()
        for tier in ["free", "pro"] {
            let left = try fixture.peek("api", tier: tier).decision.tightest?.remaining ?? -1
            #expect((295...305).contains(left), "\(tier): \(left)")
        }
    }

    @Test("no call is decided by a version of the policy that another call has followed")
    func newestVersion() async throws {
        let fixture = try await PlaneFixture()
        func spec(_ period: Int64) -> JSONValue {
            [
                "algorithm": "fixed_window",
                "limits": [["quota": 1_000_000_000, "period_ms": .integer(period)]],
            ]
        }
        try await fixture.put("api", spec(60_000))
        let limiters = fixture.plane.limiters
        let isOver = CancellationFlag()
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var grants: [String] = []
                    while !isOver.isSet {
                        let answer = try await limiters.acquire(
                            "api", LimiterRequest(key: "k"), by: PlaneFixture.caller)
                        let left = answer.decision.tightest?.remaining ?? -1
                        grants.append("\(answer.policy.version): \(left)")
                        await Task.yield()
                    }
                    return grants
                }
            }
            // Each version has windows of another length, so each begins with an empty one.
            for number in 1...150 { try await fixture.put("api", spec(60_000 + Int64(number))) }
            isOver.set()
            let grants = try await group.reduce(into: []) { $0 += $1 }
            #expect(Set(grants).count == grants.count, "a window was emptied in between")
        }
    }
}
