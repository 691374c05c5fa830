import TestSupport
import Testing

@testable import Resilience

@Suite("Sample window")
struct SampleWindowTests {
    @Test(
        "a percentile is the one at the nearest rank",
        arguments: [
            (0, 0.5, nil), (1, 0, 1), (1, 1, 1), (2, 0.5, 1), (2, 0.51, 2), (3, 0.5, 2),
            (10, 0.95, 10), (20, 0.95, 19), (21, 0.95, 20), (100, 0.07, 7), (100, 0.29, 29),
            (100, 0.95, 95), (100, 0.99, 99), (100, 0.999, 100), (100, 0.000_000_000_1, 1),
            (1000, 0.95, 950), (1000, 0.951, 951), (1000, 0.999_999_999_9, 1000),
        ] as [(Int, Double, Int64?)])
    func ranks(count: Int, fraction: Double, expected: Int64?) {
        let durations = (0..<count).map { Timespan.milliseconds(Int64($0) + 1) }
        var window = SampleWindow(capacity: max(1, count))
        for duration in durations.shuffled() { window.add(duration) }
        #expect(window.percentile(fraction) == expected.map(Timespan.milliseconds))
    }

    @Test("holds the last so many, and their exact percentiles", arguments: 1...20)
    func last(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let capacity = Int.random(in: 1...60, using: &random)
        var window = SampleWindow(capacity: capacity)
        var all: [Timespan] = []
        for _ in 0..<300 {
            let duration = Timespan(nanoseconds: Int64.random(in: 0...30, using: &random))
            window.add(duration)
            all.append(duration)
            let held = Array(all.suffix(capacity))
            #expect(window.samples == held)
            #expect(window.count == held.count)
            for percent in [1, 50, 95, 99, 100] {
                let rank = (percent * held.count + 99) / 100
                #expect(window.percentile(Double(percent) / 100) == held.sorted()[rank - 1])
            }
        }
        #expect(window == SampleWindow(capacity: capacity, samples: all))
        #expect(SampleWindow(snapshot: window.snapshot) == window)
    }

    @Test("a smaller window made from a larger one holds its latest")
    func smaller() {
        let large = SampleWindow(capacity: 5, samples: (1...5).map(Timespan.milliseconds))
        let small = SampleWindow(capacity: 2, samples: large.samples)
        #expect(small.samples == [.milliseconds(4), .milliseconds(5)])
        #expect(small != large)
    }

    @Test(
        "what is no window is refused",
        arguments: [
            "[]", "{}", #"{"capacity":0,"samples":[]}"#, #"{"capacity":10001,"samples":[]}"#,
            #"{"capacity":1,"samples":[1,2]}"#, #"{"capacity":1,"samples":[-1]}"#,
            #"{"capacity":1,"samples":["1"]}"#, #"{"capacity":1,"samples":[9223372036854775807]}"#,
            #"{"capacity":1}"#,
        ])
    func refused(text: String) throws {
        #expect(SampleWindow(snapshot: try JSONParser.parse(text).value) == nil)
    }
}
