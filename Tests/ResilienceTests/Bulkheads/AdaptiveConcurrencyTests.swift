import TestSupport
import Testing

@testable import Resilience

@Suite("Adaptive concurrency")
struct AdaptiveConcurrencyTests {
    /// A limit that is driven by words: `D` is a loss, `100@7` a success after 100 ms with seven
    /// calls under way.
    private func learned(
        _ algorithm: ConcurrencyAlgorithm, from start: Int64, _ words: String, noise: UInt64 = .max
    ) throws -> [Double] {
        var limit = AdaptiveConcurrency(algorithm, startingAt: start, noise: noise)
        var spec = AdaptiveConcurrencySpec()
        spec.maximum = 1000
        return try words.split(separator: " ").map { word in
            let parts = word.split(separator: "@").compactMap { Int64($0) }
            limit.learn(
                word == "D"
                    ? .drop
                    : .success(
                        duration: .milliseconds(parts[0]), inFlight: parts[1], noise: noise),
                spec)
            let document = try JSONParser.parse(limit.snapshot.text).value
            #expect(AdaptiveConcurrency(snapshot: document) == limit)
            return try #require(document.array?[1].array?[0].number)
        }
    }

    @Test(
        "aimd: up by one where half is in use, down by a tenth with a loss",
        arguments: [
            (10, "D", [9]), (20, "1@10", [21]), (20, "1@9", [20]), (2, "D D D", [1, 1, 1]),
            (9, "9999@5 D 1@4 1@4 1@4", [10, 9, 9, 9, 9]), (1000, "1@1000", [1000]),
            (19, "D D", [17, 15]),
        ] as [(Int64, String, [Double])])
    func aimd(start: Int64, words: String, limits: [Double]) throws {
        #expect(try learned(.aimd, from: start, words) == limits)
    }

    @Test(
        "vegas: by the queue that longer durations betray",
        arguments: [
            // The first success is the baseline; without a queue, up by 6·L.
            (10, "10@10 10@11", [10, 16]),
            // A queue of 2: up by L; of 3 and of 6: as it is; of 7 and 8: down by L.
            (10, "10@10 12@10", [10, 11]), (10, "10@10 14@14", [10, 10]),
            (10, "10@10 25@10", [10, 10]), (10, "10@10 26@10", [10, 9]),
            (10, "10@10 50@11", [10, 9]),
            // L is 2 from a hundred on.
            (100, "10@100 10@100", [100, 112]), (100, "10@100 1000@100", [100, 98]),
            // Less than half in use.
            (10, "10@10 10@4 50@4 50@5", [10, 10, 10, 9]),
            // A shorter duration is the new baseline, and moves nothing.
            (10, "10@10 5@10 10@10", [10, 10, 10]), (10, "10@10 5@10 6@10", [10, 10, 11]),
            // A loss, also as the first thing known, and with nothing else under way.
            (10, "D D 10@1", [9, 8, 8]), (3, "D D D D", [2, 1, 1, 1]),
        ] as [(Int64, String, [Double])])
    func vegas(start: Int64, words: String, limits: [Double]) throws {
        #expect(try learned(.vegas, from: start, words) == limits)
    }

    @Test(
        "vegas: the logarithm of the limit is at least 1, and rounded down",
        arguments: [(1, 1), (9.9, 1), (99.9, 1), (100, 2), (999, 2), (1000, 3), (1e9, 9)]
            as [(Double, Int64)])
    func logarithm(limit: Double, logarithm: Int64) {
        #expect(VegasLimit.logarithm(of: limit) == logarithm)
    }

    @Test(
        "vegas: the baseline is measured anew after 15 to 30 times the limit calls",
        arguments: [(0, 150), (UInt64.max, 300)] as [(UInt64, Int)])
    func probing(noise: UInt64, calls: Int) throws {
        var limit = VegasLimit(startingAt: 10, noise: noise)
        // With a queue of 5, which moves nothing.
        limit.learn(.success(duration: .milliseconds(10), inFlight: 10, noise: noise))
        for _ in 2..<calls {
            limit.learn(.success(duration: .milliseconds(20), inFlight: 10, noise: noise))
            #expect(limit.baseline == .milliseconds(10))
        }
        limit.learn(.success(duration: .milliseconds(20), inFlight: 10, noise: noise))
        #expect(limit.baseline == .milliseconds(20))
        #expect(limit.limit == 10)
    }

    @Test(
        "gradient2: by the relation of the usual duration to the present one",
        arguments: [
            // As usual: a fifth of the step of 4.
            (10, "100@10 100@11 200@12", [10.8, 11.6, 12.4]),
            // The gradient is 1.5 · 400 / 1000.
            (10, "100@10 100@11 1000@12", [10.8, 11.6, 11.472]),
            // It is never less than a half: 1.5 · 7100 / 50000 is.
            (
                100, "1@99 1@99 1@99 1@99 1@99 1@99 1@99 1@99 1@99 50000@200",
                [100.8, 101.6, 102.4, 103.2, 104, 104.8, 105.6, 106.4, 107.2, 97.28]
            ),
            // Less than half in use; half will do.
            (10, "100@4 100@5", [10, 10.8]),
            // A loss.
            (10, "D D", [9, 8.1]), (1, "D", [1]),
        ] as [(Int64, String, [Double])])
    func gradient2(start: Int64, words: String, limits: [Double]) throws {
        let learned = try learned(.gradient2, from: start, words)
        for (limit, expected) in zip(learned, limits) {
            #expect(abs(limit - expected) < 1e-9, "\(learned)")
        }
        #expect(learned.count == limits.count)
    }

    @Test("gradient2: what is usual follows a target that has recovered")
    func recovery() {
        var limit = Gradient2Limit(startingAt: 10, noise: 0)
        for _ in 0..<10 {
            limit.learn(.success(duration: .milliseconds(100), inFlight: 1, noise: 0))
        }
        #expect(limit.baseline == .milliseconds(100))
        limit.learn(.success(duration: .milliseconds(10), inFlight: 1, noise: 0))
        // (100 · 599 + 10 · 2) / 601 ms, less a twentieth.
        #expect(limit.baseline == Timespan(nanoseconds: 94_715_474))
    }

    @Test(
        "only timeouts and successes teach it anything",
        arguments: [
            (.timeout, nil, .drop), (.timeout, 1, .drop), (.failure, 1, nil), (.ignored, 1, nil),
            (.success, nil, nil), (.success, 51, .drop),
            (.success, 50, .success(duration: .milliseconds(50), inFlight: 3, noise: 4)),
            (.success, 0, .success(duration: .milliseconds(1), inFlight: 3, noise: 4)),
        ] as [(Outcome, Int64?, ConcurrencySample?)])
    func samples(outcome: Outcome, ms: Int64?, sample: ConcurrencySample?) {
        var spec = AdaptiveConcurrencySpec()
        spec.targetLatency = .milliseconds(50)
        let duration = ms.map(Timespan.milliseconds)
        #expect(spec.sample(outcome, duration, inFlight: 3, noise: 4) == sample)
    }

    @Test(
        "it keeps within its bounds, never grows with less than half in use, and falls with losses",
        arguments: ConcurrencyAlgorithm.allCases, 1...20 as ClosedRange<UInt64>)
    func properties(algorithm: ConcurrencyAlgorithm, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var spec = AdaptiveConcurrencySpec()
        spec.minimum = .random(in: 1...20, using: &random)
        spec.maximum = spec.minimum + .random(in: 0...200, using: &random)
        let start = Int64.random(in: spec.minimum...(spec.maximum ?? 0), using: &random)
        var limit = AdaptiveConcurrency(algorithm, startingAt: start, noise: random.next())
        for _ in 0..<2000 {
            let before = limit.limit
            let sample = sample(limit.limit, &random)
            limit.learn(sample, spec)
            #expect((spec.minimum...(spec.maximum ?? 0)).contains(limit.limit))
            switch sample {
            case .success(_, let inFlight, _) where inFlight * 2 < before:
                #expect(limit.limit == before)
            case .drop: #expect(limit.limit <= before)
            default: break
            }
            let document = try JSONParser.parse(limit.snapshot.text).value
            #expect(AdaptiveConcurrency(snapshot: document) == limit)
        }
        for _ in 0..<300 { limit.learn(.drop, spec) }
        #expect(limit.limit == spec.minimum)
    }

    private func sample(_ limit: Int64, _ random: inout SplitMix64) -> ConcurrencySample {
        if random.next() % 12 == 0 { return .drop }
        let longest: Int64 = random.next() % 10 == 0 ? 31_622_400_000 : 300
        return .success(
            duration: .milliseconds(.random(in: 1...longest, using: &random)),
            inFlight: .random(in: 1...(limit + 5), using: &random), noise: random.next())
    }
}
