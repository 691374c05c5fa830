import TestSupport
import Testing

@testable import Resilience

@Suite("Backoff")
struct BackoffTests {
    private static let shapes = ["fixed", "linear", "exponential", "fibonacci", "decorrelated"]

    private static func vector() throws -> JSONObject {
        let document = try JSONParser.parse(Project.text("Tests/Vectors/backoff.json"))
        return try #require(document.value.object)
    }

    @Test("the known answers are given")
    func known() throws {
        let cases = try #require(try Self.vector()["cases"]?.array)
        #expect(cases.count == 6)
        for one in cases {
            var spec = try #require(one.object?["spec"]?.object)
            spec["jitter"] = "none"
            let policy = try RetryPolicy.parsed(spec.text)
            let delays = one.object?["delays"]?.array?.compactMap(\.integer) ?? []
            for (index, delay) in delays.enumerated() {
                let attempt = Int64(index + 1)
                #expect(policy.delay(after: attempt, random: 0.5).milliseconds == delay)
            }
            if let attempt = one.object?["attempt"]?.integer {
                let delay = policy.delay(after: attempt, random: 0).milliseconds
                #expect(delay == one.object?["delay"]?.integer)
            }
        }
    }

    @Test("the known answers of jitter are given")
    func knownJitter() throws {
        let cases = try #require(try Self.vector()["jitter"]?.array)
        #expect(cases.count == 3)
        for one in cases {
            let one = try #require(one.object)
            let spec: JSONObject = [
                "backoff": "fixed", "initial_delay_ms": one["base_ms"] ?? .null,
                "jitter": one["jitter"] ?? .null, "jitter_factor": one["jitter_factor"] ?? .null,
            ]
            let policy = try RetryPolicy.parsed(spec.text)
            let randoms = one["random"]?.array?.compactMap(\.number) ?? []
            let delays = randoms.map { policy.delay(after: 1, random: $0).milliseconds }
            #expect(delays == one["delays"]?.array?.compactMap(\.integer), "\(spec.text)")
        }
    }

    @Test(
        "a delay is rounded down from the exact decimal value",
        arguments: [
            (100, 1.4, [100, 140, 196, 274, 384, 537]),
            (1000, 1.1, [1000, 1100, 1210, 1331, 1464]),
            (1000, 1.2, [1000, 1200, 1440, 1728, 2073]), (1, 1.5, [1, 1, 2, 3, 5, 7, 11]),
            (10, 1.25, [10, 12, 15, 19, 24, 30]), (3, 10, [3, 30, 300, 3000]),
        ] as [(Int64, Double, [Int64])])
    func exact(initial: Int64, multiplier: Double, delays: [Int64]) throws {
        let policy = try RetryPolicy.parsed(
            #"{"initial_delay_ms":\#(initial),"multiplier":\#(multiplier),"jitter":"none"}"#)
        let told = (1...Int64(delays.count)).map { policy.delay(after: $0, random: 0).milliseconds }
        #expect(told == delays)
    }

    @Test(
        "any attempt waits for a time within the cap", arguments: shapes,
        [1, 2, 3, 63, 64, 65, 1023, 1024, 65_536, 2_147_483_647] as [Int64])
    func largeAttempts(shape: String, attempt: Int64) throws {
        let year = 31_622_400_000
        for (initial, cap, multiplier) in [
            (100, 10_000, 2.0), (1, year, 1.0000001), (year, year, 1e9), (5, 5, 1.7),
            (0, 10_000, 2), (0, 0, 3.3), (1, year, 1),
        ] as [(Int, Int, Double)] {
            let jitters = shape == "decorrelated" ? ["none"] : ["none", "full", "equal", "factor"]
            for jitter in jitters {
                var policy = try RetryPolicy.parsed(
                    """
                    {"backoff":"\(shape)","initial_delay_ms":\(initial),"max_delay_ms":\(cap),\
                    "jitter":"\(jitter)"}
                    """)
                policy.multiplier = multiplier
                policy.jitterFactor = 1
                for random in [0, 0.3, 0.999_999_999_999, 1] {
                    let delay = policy.delay(
                        after: attempt, previous: .milliseconds(Int64(year)), random: random)
                    #expect((0...Int64(cap)).contains(delay.milliseconds))
                }
            }
        }
    }

    @Test("a growing delay is at its cap from some attempt on, and stays there")
    func atTheCap() throws {
        for shape in ["linear", "exponential", "fibonacci"] {
            let policy = try RetryPolicy.parsed(#"{"backoff":"\#(shape)","jitter":"none"}"#)
            for attempt in [64, 65, 1024, 2_147_483_647] as [Int64] where shape != "linear" {
                #expect(policy.delay(after: attempt, random: 0) == policy.maximumDelay)
            }
            #expect(policy.delay(after: 2_147_483_647, random: 0) == policy.maximumDelay)
        }
    }

    @Test(
        "delays never shrink from one attempt to the next",
        arguments: [1.000_001, 1.001, 1.1, 1.37, 1.5, 2, 3.14159, 1e9])
    func monotone(multiplier: Double) throws {
        let policy = try RetryPolicy.parsed(
            """
            {"initial_delay_ms":97,"max_delay_ms":31622400000,"multiplier":\(multiplier),\
            "jitter":"none"}
            """)
        var last = Timespan.zero
        for attempt in 1...3000 as ClosedRange<Int64> {
            let delay = policy.delay(after: attempt, random: 0)
            #expect(delay >= last, "attempt \(attempt)")
            last = delay
        }
    }

    @Test(
        "decorrelated lies between the initial delay and three times the previous one",
        arguments: [
            (nil, 0, 100), (nil, 0.5, 200), (nil, 1, 300), (200, 0.5, 350), (10, 0.9, 100),
            (9000, 1, 10_000), (31_622_400_000, 0.5, 5050),
        ] as [(Int64?, Double, Int64)])
    func decorrelated(previous: Int64?, random: Double, delay: Int64) throws {
        let policy = try RetryPolicy.parsed(#"{"backoff":"decorrelated"}"#)
        let told = policy.delay(
            after: 5, previous: previous.map(Timespan.milliseconds), random: random)
        #expect(told.milliseconds == delay)
    }

    @Test("jitter spreads over its whole range, and never beyond the cap")
    func spread() throws {
        let seed: UInt64 = 11
        var random = SplitMix64(seed: seed)
        for (jitter, range) in [
            ("full", 0...1000), ("equal", 500...1000), ("factor", 700...1200),
            ("none", 1000...1000),
        ] as [(String, ClosedRange<Int64>)] {
            var policy = try RetryPolicy.parsed(
                """
                {"backoff":"fixed","initial_delay_ms":1000,"max_delay_ms":1200,\
                "jitter":"\(jitter)"}
                """)
            policy.jitterFactor = 0.3
            let delays = (0..<4000).map { _ in
                policy.delay(after: 1, random: .random(in: 0..<1, using: &random)).milliseconds
            }
            #expect(delays.allSatisfy(range.contains), "\(jitter), seed \(seed)")
            let width = range.upperBound - range.lowerBound
            #expect((delays.max() ?? 0) >= range.upperBound - width / 50 - 1)
            #expect((delays.min() ?? 0) <= range.lowerBound + width / 50)
        }
    }
}
