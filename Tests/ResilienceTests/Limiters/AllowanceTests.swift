import Testing

@testable import Resilience

@Suite("Allowances of a limiter")
struct AllowanceTests {
    private func policy(_ text: String) throws -> LimiterPolicy {
        var reader = SpecReader()
        let spec = reader.read(LimiterPolicy.self, from: try JSONParser.parse(text).value)
        return try #require(spec, "\(reader.faults)")
    }

    @Test(
        "limits are paced as algorithm, refill and align have it",
        arguments: [
            (#"{"limits":[{"quota":5,"burst":7}]}"#, .greedy(5, per: 60_000, burst: 7)),
            (#"{"limits":[{"quota":5}],"refill":"interval"}"#, .interval(5, per: 60_000)),
            (#"{"limits":[{"quota":5}],"algorithm":"fixed_window"}"#, .window(5, per: 60_000)),
            (
                #"{"limits":[{"quota":5}],"algorithm":"fixed_window","align":"clock"}"#,
                .clock(5, per: 60_000)
            ),
            (
                #"{"limits":[{"quota":5,"calendar":"week"}],"algorithm":"fixed_window"}"#,
                .calendar(5, per: .week)
            ),
            (#"{"limits":[{"quota":5}],"algorithm":"sliding_window"}"#, .sliding(5, per: 60_000)),
            (#"{"limits":[{"quota":5}],"algorithm":"leaky_bucket"}"#, .leaky(5, per: 60_000)),
            (
                #"{"limits":[{"quota":5,"burst":9}],"algorithm":"leaky_bucket"}"#,
                .leaky(5, per: 60_000, burst: 9)
            ),
        ] as [(String, Limit)])
    func pacing(text: String, limit: Limit) throws {
        let policy = try policy(text)
        #expect(policy.allowances == ["default": .limited([limit])])
        #expect(policy.tierByDefault == "default")
    }

    @Test("each tier has its own")
    func tiers() throws {
        let policy = try policy(
            #"""
            {"tiers":{"free":{"limits":[{"quota":5},{"quota":9,"period_ms":1}]},
             "internal":{"unlimited":true},"banned":{"blocked":true}},"default_tier":"banned"}
            """#)
        #expect(
            policy.allowances == [
                "free": .limited([.greedy(5, per: 60_000), .greedy(9, per: 1)]),
                "internal": .unlimited, "banned": .blocked,
            ])
        #expect(policy.tierByDefault == "banned")
    }

    @Test("a window is as large as its quota, whatever burst its limit brings along")
    func windowBurst() {
        var policy = LimiterPolicy()
        policy.algorithm = .slidingWindow
        var limit = LimitSpec()
        limit.burst = 3
        limit.period = .seconds(1)
        var tier = TierSpec()
        tier.limits = [limit]
        #expect(tier.allowance(in: policy) == .limited([.sliding(60, per: 1000)]))
    }
}
