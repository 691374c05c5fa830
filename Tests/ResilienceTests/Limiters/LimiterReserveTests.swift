import TestSupport
import Testing

@testable import Resilience

@Suite("Limiter, strict")
struct LimiterReserveTests {
    private static let pacings: [Limit.Pacing] = [
        .greedy, .interval, .firstHit, .clock, .sliding, .leaky,
    ]

    /// A state, and what is on disk of it.
    private struct Strict {
        var state: LimiterState
        var disk: JSONValue?
        var writes = 0

        init(at now: Instant) { state = LimiterState(at: now) }

        mutating func acquire(_ cost: Int64, _ tier: Tier, at now: Instant) -> LimiterDecision {
            let decision = state.acquire(cost, tier, at: now)
            if decision.isAllowed, state.reserve(tier.name, at: now) { write() }
            return decision
        }

        mutating func write() {
            writes += 1
            disk = state.snapshot
        }

        mutating func stop() {
            state.giveUpReserve()
            write()
        }

        /// Starts again from what is on disk.
        mutating func start(at now: Instant) throws {
            let text = disk?.text
            let restored = try text.map { LimiterState(snapshot: try JSONParser.parse($0).value) }
            state = try restored.map { try #require($0) } ?? LimiterState(at: now)
        }
    }

    private static func limit(_ pacing: Limit.Pacing, _ random: inout SplitMix64) -> Limit {
        let capacity = Int64.random(in: 1...200, using: &random)
        let isWindow = [.firstHit, .clock, .sliding].contains(pacing)
        let quota = isWindow ? capacity : Int64.random(in: 1...100, using: &random)
        return Limit(pacing, quota: quota, capacity: capacity, period: .seconds(1))
    }

    @Test(
        "a crash at any moment lets nothing be granted twice", arguments: pacings,
        1...10 as ClosedRange<UInt64>)
    func crashes(pacing: Limit.Pacing, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let limit = Self.limit(pacing, &random)
        let tier = Tier(name: "", .limited([limit]), since: .epoch)
        var now = Instant(milliseconds: 1_000_000)
        var strict = Strict(at: now)
        var naive = NaiveLimit(limit)
        var grants = 0
        for _ in 0..<400 {
            switch random.next() % 6 {
            case 0: now.nanoseconds += .random(in: 0...2_000_000_000, using: &random)
            case 1, 2: now.nanoseconds += .random(in: 0...100_000_000, using: &random)
            default: break
            }
            if random.next() % 12 == 0 { strict.write() }
            if random.next() % 12 == 0 { try strict.start(at: now) }
            let cost = Int64.random(in: 1...min(limit.capacity, 8), using: &random)
            let isPossible = naive.allows(cost, at: now)
            guard strict.acquire(cost, tier, at: now).isAllowed else { continue }
            #expect(isPossible, "seed \(seed), \(limit)")
            naive.spend(cost, at: now)
            grants += 1
        }
        #expect(grants > 5)
    }

    @Test(
        "with graceful stops it answers as if it were not strict", arguments: pacings,
        1...5 as ClosedRange<UInt64>)
    func graceful(pacing: Limit.Pacing, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let tier = Tier(
            name: "", .limited([Self.limit(pacing, &random), .greedy(150, per: 700)]), since: .epoch
        )
        var now = Instant(milliseconds: 1_000_000)
        var strict = Strict(at: now)
        var relaxed = LimiterState(at: now)
        for _ in 0..<300 {
            now.nanoseconds += .random(in: 0...150_000_000, using: &random)
            if random.next() % 4 == 0 {
                strict.stop()
                try strict.start(at: now)
            }
            let cost = Int64.random(in: 0...6, using: &random)
            if random.next() % 8 == 0 {
                strict.state.refund(cost, tier, at: now)
                relaxed.refund(cost, tier, at: now)
            }
            let answer = strict.acquire(cost, tier, at: now)
            #expect(answer == relaxed.acquire(cost, tier, at: now))
        }
        strict.stop()
        #expect(strict.disk == relaxed.snapshot)
    }

    @Test(
        "a crash loses a thirty-second of the limit at most", arguments: pacings,
        [1, 31, 32, 64, 3200] as [Int64])
    func loss(pacing: Limit.Pacing, capacity: Int64) throws {
        let limit = Limit(pacing, quota: capacity, capacity: capacity, period: .seconds(100))
        let tier = Tier(name: "", .limited([limit]), since: .epoch)
        var strict = Strict(at: .epoch)
        for granted in 1...capacity {
            #expect(strict.acquire(1, tier, at: .epoch).isAllowed)
            var crashed = strict
            try crashed.start(at: .epoch)
            let left = try #require(crashed.acquire(0, tier, at: .epoch).tightest).remaining
            #expect((capacity - granted - capacity / 32...capacity - granted).contains(left))
        }
        #expect(strict.writes <= 32 + 32 || capacity < 64, "\(strict.writes) writes")
        #expect(capacity != 3200 || strict.writes < 35, "\(strict.writes) writes")
        #expect(capacity >= 32 || strict.writes == Int(capacity))
    }

    @Test("a block that came back unused covers nothing more", arguments: pacings)
    func staleBlock(pacing: Limit.Pacing) throws {
        let limit = Limit(pacing, quota: 64, capacity: 64, period: .seconds(1))
        let tier = Tier(name: "", .limited([limit]), since: .epoch)
        var strict = Strict(at: .epoch)
        #expect(strict.acquire(1, tier, at: .epoch).isAllowed)
        #expect(strict.writes == 1)
        let later = Instant(milliseconds: 60_000)
        #expect(strict.acquire(2, tier, at: later).isAllowed)
        #expect(strict.writes == 2)
    }

    @Test("after a change of the limits the next grant is written")
    func changed() {
        var strict = Strict(at: .epoch)
        let old = Tier(name: "", .limited([.greedy(3200, per: 1000)]), since: .epoch)
        let new = Tier(name: "", .limited([.greedy(6400, per: 1000)]), since: .epoch)
        _ = strict.acquire(1, old, at: .epoch)
        _ = strict.acquire(1, old, at: .epoch)
        #expect(strict.writes == 1)
        _ = strict.acquire(0, new, at: .epoch)
        _ = strict.acquire(1, new, at: .epoch)
        #expect(strict.writes == 2)
    }

    @Test("each tier of a key has a block of its own, and a write of one keeps that of the other")
    func tiers() throws {
        let tiers = ["free", "pro"].map {
            Tier(name: $0, .limited([.greedy(3200, per: 1000)]), since: .epoch)
        }
        var strict = Strict(at: .epoch)
        for tier in tiers { _ = strict.acquire(1, tier, at: .epoch) }
        #expect(strict.writes == 2)
        for _ in 0..<99 {
            for tier in tiers { _ = strict.acquire(1, tier, at: .epoch) }
        }
        #expect(strict.writes == 2)
        try strict.start(at: .epoch)
        for tier in tiers {
            #expect(strict.acquire(0, tier, at: .epoch).tightest?.remaining == 3099)
        }
    }

    @Test("after a failed write the next grant is written, though the block would cover it")
    func failed() {
        var strict = Strict(at: .epoch)
        let tier = Tier(name: "", .limited([.greedy(3200, per: 1000)]), since: .epoch)
        _ = strict.acquire(1, tier, at: .epoch)
        strict.state.giveUpReserve()
        strict.state.revert(1, "", grantedAt: .epoch, at: .epoch)
        #expect(strict.state.isFresh(tier, at: .epoch))
        _ = strict.acquire(1, tier, at: .epoch)
        #expect(strict.writes == 2)
    }

    @Test(
        "what is taken back at once leaves no trace, and later gives nothing away",
        arguments: pacings, 1...12 as ClosedRange<UInt64>)
    func takenBack(pacing: Limit.Pacing, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limit = Self.limit(pacing, &random)
        let tier = Tier(name: "", .limited([limit]), since: .epoch)
        for _ in 0..<60 {
            var now = Instant(milliseconds: .random(in: 0...5000, using: &random))
            var without = LimiterState(at: now)
            func step(_ states: inout [LimiterState]) {
                now.nanoseconds += .random(in: 0...400_000_000, using: &random)
                let cost = Int64.random(in: 0...limit.capacity, using: &random)
                // What fits beside the spend also fits without it.
                let isAllowed = states.allSatisfy { state in
                    var state = state
                    return state.acquire(cost, tier, at: now).isAllowed
                }
                guard isAllowed else { return }
                for index in states.indices { _ = states[index].acquire(cost, tier, at: now) }
            }
            var one = [without]
            for _ in 0..<3 { step(&one) }
            without = one[0]
            let cost = Int64.random(in: 1...limit.capacity, using: &random)
            var with = without
            guard with.acquire(cost, tier, at: now).isAllowed else { continue }
            let grantedAt = now
            var atOnce = with
            atOnce.revert(cost, "", grantedAt: grantedAt, at: now)
            #expect(
                atOnce.acquire(0, tier, at: now).limits
                    == without.acquire(0, tier, at: now).limits, "seed \(seed), \(limit)")
            var both = [without, with]
            for _ in 0..<Int.random(in: 0...3, using: &random) { step(&both) }
            both[1].revert(cost, "", grantedAt: grantedAt, at: now)
            for delay in [0, 1, 500, 1000, 1500] as [Int64] {
                let then = now + .milliseconds(delay)
                let left = both.indices.map {
                    both[$0].acquire(0, tier, at: then).tightest?.remaining ?? -1
                }
                #expect(left[1] <= left[0], "seed \(seed), \(limit)")
            }
        }
    }
}
