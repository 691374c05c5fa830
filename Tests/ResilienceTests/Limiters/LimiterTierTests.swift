import TestSupport
import Testing

@testable import Resilience

@Suite("Limiter, tiers of a key")
struct LimiterTierTests {
    private static func tier(_ name: String, _ limits: Limit...) -> Tier {
        Tier(name: name, .limited(limits), since: .epoch)
    }

    private let free = tier("free", .greedy(10, per: 60_000))
    private let pro = tier("pro", .greedy(100, per: 60_000))

    private func left(_ state: LimiterState, _ tier: Tier, at now: Instant = .epoch) -> Int64? {
        var copy = state
        return copy.acquire(0, tier, spends: false, at: now).tightest?.remaining
    }

    @Test("50 spent of 100 are still 50 after a look from a tier of 10", arguments: [false, true])
    func look(restarts: Bool) throws {
        var state = LimiterState(at: .epoch)
        let calls: [(cost: Int64, tier: Tier, isAllowed: Bool, left: Int64)] = [
            (50, pro, true, 50), (0, free, true, 10), (0, pro, true, 50), (11, free, false, 10),
            (51, pro, false, 50), (10, free, true, 0), (1, free, false, 0), (50, pro, true, 0),
            (1, free, false, 0), (1, pro, false, 0),
        ]
        for (index, call) in calls.enumerated() {
            if restarts { state = try state.restarted() }
            let decision = state.acquire(call.cost, call.tier, at: .epoch)
            #expect(decision.isAllowed == call.isAllowed, "step \(index)")
            #expect(decision.tightest?.remaining == call.left, "step \(index)")
        }
    }

    @Test("calls that go from tier to tier never get more than the sum of the tiers")
    func alternating() {
        let tiers = [Self.tier("a", .window(1, per: 1000)), Self.tier("b", .sliding(1, per: 999))]
        var state = LimiterState(at: .epoch)
        var granted = 0
        for number in 0..<100 where state.acquire(1, tiers[number % 2], at: .epoch).isAllowed {
            granted += 1
        }
        #expect(granted == 2)
    }

    @Test("a denied call of another tier gives nothing back", arguments: [false, true])
    func denied(restarts: Bool) throws {
        let hour = Self.tier("hour", .window(5, per: 3_600_000))
        let day = Self.tier("day", .window(50, per: 86_400_000))
        let banned = Tier(name: "banned", .blocked, since: .epoch)
        var state = LimiterState(at: .epoch)
        for tier in [hour, day] { #expect(state.acquire(5, tier, at: .epoch).isAllowed) }
        for tier in [day, banned, hour, free, pro] {
            if restarts { state = try state.restarted() }
            #expect(!state.acquire(1_000_000, tier, at: .epoch).isAllowed)
            #expect(left(state, hour) == 0 && left(state, day) == 45)
            #expect(state.accounts.map(\.tier) == ["day", "hour"])
        }
    }

    @Test("a call that gets nothing, and one that costs nothing, leaves no account")
    func noAccount() {
        var state = LimiterState(at: .epoch)
        #expect(!state.acquire(11, free, at: .epoch).isAllowed)
        #expect(state.acquire(0, free, at: .epoch).isAllowed)
        #expect(state.acquire(5, free, spends: false, at: .epoch).isAllowed)
        #expect(state == LimiterState(at: .epoch))
    }

    @Test("a refund goes to the account of its tier, and tells the least that a limit took back")
    func refund() {
        let both = Self.tier("both", .greedy(10, per: 1000), .window(20, per: 1000))
        var state = LimiterState(at: .epoch)
        #expect(state.refund(3, both, at: .epoch) == 0)
        for tier in [both, pro] { #expect(state.acquire(8, tier, at: .epoch).isAllowed) }
        #expect(state.refund(3, both, at: .epoch) == 3)
        #expect(left(state, both) == 5 && left(state, pro) == 92)
        // By now the bucket has two and a half of five back, and the window none.
        let now = Instant(milliseconds: 250)
        #expect(state.refund(5, both, at: now) == 2)
        #expect(left(state, both, at: now) == 10)
        #expect(state.refund(1_000_000_000, both, at: now) == 0)
        #expect(left(state, pro) == 92)
        let gone = Tier(name: "pro", .unlimited, since: .epoch)
        #expect(state.refund(9, gone, at: .epoch) == 8)
    }

    @Test("accounts that are full are not told, and forgotten when another tier is used")
    func full() {
        let quick = Self.tier("quick", .greedy(10, per: 1000))
        var state = LimiterState(at: .epoch)
        let present = { (name: String) in [quick, pro].first { $0.name == name } }
        let begun = Instant(milliseconds: 1)
        for tier in [quick, pro] { #expect(state.acquire(10, tier, at: begun).isAllowed) }
        let told = state.figures(at: begun, present)
        #expect(told.map(\.tier) == ["pro", "quick"])
        #expect(told.map { $0.tightest?.remaining } == [90, 0])
        let now = Instant(milliseconds: 1001)
        #expect(state.figures(at: now, present).map(\.tier) == ["pro"])
        #expect(!state.isFresh(at: now, present))
        #expect(state.accounts.count == 2)
        #expect(state.acquire(1, free, at: now).isAllowed)
        #expect(state.accounts.map(\.tier) == ["free", "pro"])
        #expect(state.isFresh(at: Instant(milliseconds: 70_000), present))
    }

    @Test("of many accounts the one that is full last tells that the key is in use")
    func lookedAt() throws {
        let tiers = (0..<300).map { Self.tier("t\($0)", .greedy(10, per: 1000)) }
        let slow = Self.tier("u", .greedy(10, per: 1_000_000))
        let all = Dictionary(uniqueKeysWithValues: (tiers + [slow]).map { ($0.name, $0) })
        var state = LimiterState(at: .epoch)
        for tier in tiers + [slow] {
            #expect(state.acquire(5, tier, at: Instant(milliseconds: 1)).isAllowed)
        }
        for state in [state, try state.restarted()] {
            var looked: [String] = []
            func isFresh(at ms: Int64) -> Bool {
                looked = []
                return state.isFresh(at: Instant(milliseconds: ms)) { name in
                    looked.append(name)
                    return all[name]
                }
            }
            #expect(!isFresh(at: 400_000) && looked == ["u"])
            #expect(isFresh(at: 500_001) && looked.count == 302)
        }
    }

    @Test("an account whose limits were made slower since is not forgotten while they fill it")
    func slowed() {
        let quick = Self.tier("quick", .greedy(10, per: 1000))
        var state = LimiterState(at: .epoch)
        #expect(state.acquire(10, quick, at: .epoch).isAllowed)
        // The policy was changed at the instant of that call: nobody can tell which came first.
        let slow = Self.tier("quick", .greedy(10, per: 86_400_000))
        let now = Instant(milliseconds: 5000)
        #expect(state.acquire(1, free, at: now).isAllowed)
        #expect(left(state, slow, at: now) == 0)
        #expect(state.figures(at: now) { $0 == "quick" ? slow : nil }.count == 2)
        // Since when limits of the key's own hold does not say since when the tiers do.
        #expect(state.acquire(0, free, at: now).isAllowed)
        let late = Instant(milliseconds: 70_000)
        let own = Self.tier(Tier.assigned, .window(1, per: 1000))
        #expect(state.acquire(1, own, at: late).isAllowed)
        #expect(state.accounts.map(\.tier) == ["assigned", "free", "quick"])
    }

    @Test("accounts of tiers that are not kept are forgotten")
    func lost() {
        var state = LimiterState(at: .epoch)
        for tier in [free, pro] { #expect(state.acquire(1, tier, at: .epoch).isAllowed) }
        state.forgetAccounts { _ in true }
        #expect(state.accounts.count == 2)
        state.forgetAccounts { $0 == "pro" }
        #expect(state.accounts.map(\.tier) == ["pro"])
    }

    @Test(
        "each tier answers as if it were the only one, through changes and restarts",
        arguments: 1...30 as ClosedRange<UInt64>)
    func independent(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var tiers = (0..<4).map { Self.randomTier($0, since: .epoch, &random) }
        var together = LimiterState(at: .epoch)
        var alone = tiers.map { _ in LimiterState(at: .epoch) }
        var now = Instant.epoch
        for step in 0..<400 {
            let place: Comment = "seed \(seed), step \(step)"
            now.nanoseconds += Int64.random(in: 0...1_000_000_000, using: &random)
            let index = Int.random(in: 0..<tiers.count, using: &random)
            let cost = Int64.random(in: 0...6, using: &random)
            switch random.next() % 20 {
            case 0:
                // A new version of the policy: all tiers are as they are since then.
                tiers[index] = Self.randomTier(index, since: now, &random)
                tiers = tiers.map { Tier(name: $0.name, $0.allowance, since: now) }
            case 1: together = try together.restarted()
            case 2:
                let refunded = together.refund(cost, tiers[index], at: now)
                #expect(refunded == alone[index].refund(cost, tiers[index], at: now), place)
            default:
                let spends = random.next() % 4 != 0
                let answer = together.acquire(cost, tiers[index], spends: spends, at: now)
                let expected = alone[index].acquire(cost, tiers[index], spends: spends, at: now)
                #expect(answer == expected, place)
            }
            let kept = together.figures(at: now) { name in tiers.first { $0.name == name } }
            let expected = tiers.indices.filter { !alone[$0].isFresh(tiers[$0], at: now) }
            #expect(kept.map(\.tier) == expected.map { tiers[$0].name }, place)
        }
    }

    static func randomTier(
        _ number: Int, since: Instant, upToMs longest: Int64 = 4000, _ random: inout SplitMix64
    ) -> Tier {
        let limits = (0..<Int.random(in: 1...2, using: &random)).map { _ -> Limit in
            let quota = Int64.random(in: 1...10, using: &random)
            let period = Int64.random(in: 1...longest, using: &random)
            return switch random.next() % 6 {
            case 0: .greedy(quota, per: period, burst: Int64.random(in: 1...12, using: &random))
            case 1: .interval(quota, per: period)
            case 2: .window(quota, per: period)
            case 3: .clock(quota, per: period)
            case 4: .sliding(quota, per: period)
            default: .leaky(quota, per: period, burst: Int64.random(in: 1...6, using: &random))
            }
        }
        return Tier(name: "tier \(number)", .limited(limits), since: since)
    }
}
