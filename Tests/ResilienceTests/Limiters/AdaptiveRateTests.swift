import TestSupport
import Testing

@testable import Resilience

@Suite("Adaptive rate")
struct AdaptiveRateTests {
    private static func spec(
        initial: Double = 100, _ bounds: ClosedRange<Double> = 10...1000, target: Int64 = 100,
        window: Int64 = 4
    ) -> RateAdaptation {
        var spec = RateAdaptation()
        spec.initialPerSecond = initial
        spec.minPerSecond = bounds.lowerBound
        spec.maxPerSecond = bounds.upperBound
        spec.targetLatency = .milliseconds(target)
        spec.windowSize = window
        return spec
    }

    /// The rates after each of these durations in milliseconds, with and without a restart
    /// between every two.
    private func rates(_ spec: RateAdaptation, _ durations: [Int64]) throws -> [Double] {
        var rate = AdaptiveRate(spec, at: .epoch)
        var restarted = rate
        var rates: [Double] = []
        for (index, duration) in durations.enumerated() {
            let now = Instant(milliseconds: Int64(index))
            let before = rate.perSecond(spec)
            let moved = rate.record(.milliseconds(duration), spec, at: now)
            #expect(moved == (rate.perSecond(spec) != before))
            #expect(!moved || rate.movedAt == now)
            restarted = try Self.restarted(restarted)
            restarted.record(.milliseconds(duration), spec, at: now)
            #expect(restarted == rate)
            rates.append(rate.perSecond(spec))
        }
        return rates
    }

    @Test(
        "is looked at each time that half a window has come, by the 95th percentile",
        arguments: [
            ([121, 121, 121, 121], [100, 90, 90, 81]),
            ([120, 120, 120, 120], [100, 100, 100, 100]),
            ([80, 80, 80, 80], [100, 100, 100, 100]),
            ([79, 79, 79, 79], [100, 105, 105, 110.25]),
            ([79, 121, 79, 79], [100, 90, 90, 81]),
            ([121, 79, 79, 79, 79, 79], [100, 90, 90, 81, 81, 85.05]),
            ([0, 0], [100, 105]),
        ] as [([Int64], [Double])])
    func moves(durations: [Int64], expected: [Double]) throws {
        let told = try rates(Self.spec(), durations)
        #expect(zip(told, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(told)")
        #expect(told.count == expected.count)
    }

    @Test("moves only within its bounds, and does not move where it stands at one")
    func bounds() throws {
        let falling = try rates(
            Self.spec(initial: 100, 85...108, window: 1), Array(repeating: 1000, count: 4))
        #expect(falling == [90, 85, 85, 85])
        let rising = try rates(
            Self.spec(initial: 100, 85...108, window: 1), Array(repeating: 1, count: 4))
        #expect(rising == [105, 108, 108, 108])
        #expect(try rates(Self.spec(initial: 7, 7...7, window: 1), [1, 1000]) == [7, 7])
    }

    @Test("follows its reference over random histories", arguments: 1...15 as ClosedRange<UInt64>)
    func reference(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let window = Int64.random(in: 1...40, using: &random)
        let spec = Self.spec(initial: 50, 20...200, target: 50, window: window)
        var durations: [Int64] = []
        var center: Int64 = 50
        for _ in 0..<600 {
            if random.next() % 50 == 0 { center = .random(in: 10...120, using: &random) }
            durations.append(.random(in: 0...2 * center, using: &random))
        }
        let told = try rates(spec, durations)
        var rate = 50.0
        for index in durations.indices {
            if (Int64(index) + 1) % max(1, window / 2) == 0 {
                let last = durations[...index].suffix(Int(window)).sorted()
                let percentile = last[(95 * last.count + 99) / 100 - 1]
                if percentile * 10 > 600 { rate = max(20, rate * 0.9) }
                if percentile * 10 < 400 { rate = min(200, rate * 1.05) }
            }
            #expect(told[index] == rate, "seed \(seed), call \(index)")
        }
        #expect(Set(told).count > 3)
    }

    @Test("new bounds hold at once, and a new window keeps the latest durations")
    func changed() {
        var rate = AdaptiveRate(Self.spec(), at: .epoch)
        #expect(rate.perSecond(Self.spec(10...50)) == 50)
        #expect(rate.perSecond(Self.spec(200...300)) == 200)
        for _ in 0..<3 { rate.record(.seconds(9), Self.spec(), at: .epoch) }
        #expect(rate.samples == 3)
        rate.record(.milliseconds(1), Self.spec(window: 2), at: .epoch)
        #expect(rate.samples == 2)
        rate.record(.milliseconds(1), Self.spec(window: 2), at: .epoch)
        #expect(rate.perSecond(Self.spec()) == 100 * 0.9 * 0.9 * 1.05)
    }

    @Test(
        "a bucket fills at just that rate, to a thousandth a second",
        arguments: [
            (100, .init(.greedy, quota: 100_000, capacity: 7, period: .seconds(1000))),
            (0.0014, .init(.greedy, quota: 1, capacity: 7, period: .seconds(1000))),
            (0.001, .init(.greedy, quota: 1, capacity: 7, period: .seconds(1000))),
            (1_000_000, .init(.greedy, quota: 1_000_000_000, capacity: 7, period: .seconds(1000))),
            (1_000_000.4, .init(.greedy, quota: 1_000_000, capacity: 7, period: .seconds(1))),
            (1e9, .init(.greedy, quota: 1_000_000_000, capacity: 7, period: .seconds(1))),
        ] as [(Double, Limit)])
    func limit(perSecond: Double, limit: Limit) {
        #expect(Limit(perSecond: perSecond, burst: 7) == limit)
    }

    @Test("the policy's limit keeps its burst, and what was spent stays spent when the rate moves")
    func allowance() throws {
        var reader = SpecReader()
        let document = try JSONParser.parse(
            #"""
            {"limits":[{"quota":20}],"adaptive":{"initial_per_second":10,"min_per_second":1,
             "max_per_second":20,"target_latency_ms":100,"window_size":1}}
            """#)
        let read = reader.read(LimiterPolicy.self, from: document.value)
        let policy = try #require(read)
        let adaptive = try #require(policy.adaptive)
        var rate = AdaptiveRate(adaptive, at: .epoch)
        func tier(_ rate: AdaptiveRate) -> Tier {
            Tier(name: "", policy.allowance(at: rate) ?? .unlimited, since: rate.movedAt)
        }
        var state = LimiterState(at: .epoch)
        #expect(state.acquire(20, tier(rate), at: .epoch).isAllowed)
        rate.record(.seconds(1), adaptive, at: Instant(milliseconds: 500))
        let figures = state.acquire(0, tier(rate), at: Instant(milliseconds: 1500)).tightest
        // 10 a second for half of one, 9 a second for the other.
        #expect(figures?.remaining == 14)
        #expect(figures?.nextToken == Timespan(nanoseconds: 111_111_112))
        #expect(LimiterPolicy().allowance(at: rate) == nil)
    }

    @Test(
        "what is no rate is refused",
        arguments: [
            (#""per_second":100"#, #""per_second":0"#),
            (#""per_second":100"#, #""per_second":1e12"#),
            (#""per_second":100"#, #""per_second":"100""#), (#""moved_at":0"#, #""moved_at":"x""#),
            (#""unseen":0"#, #""unseen":-1"#), (#""samples":[]"#, #""samples":[-1]"#),
        ])
    func refused(part: String, replacement: String) throws {
        let text =
            #"{"per_second":100,"moved_at":0,"window":{"capacity":4,"samples":[]},"unseen":0}"#
        #expect(AdaptiveRate(snapshot: try JSONParser.parse(text).value) != nil)
        let broken = text.replacing(part, with: replacement)
        #expect(broken != text)
        #expect(AdaptiveRate(snapshot: try JSONParser.parse(broken).value) == nil)
        #expect(AdaptiveRate(snapshot: .null) == nil)
    }

    private static func spec(_ bounds: ClosedRange<Double>) -> RateAdaptation {
        spec(initial: bounds.lowerBound, bounds)
    }

    private static func restarted(_ rate: AdaptiveRate) throws -> AdaptiveRate {
        let read = AdaptiveRate(snapshot: try JSONParser.parse(rate.snapshot.text).value)
        #expect(read == rate)
        return try #require(read)
    }
}
