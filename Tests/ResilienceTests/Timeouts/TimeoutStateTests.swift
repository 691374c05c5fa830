import Testing

@testable import Resilience

@Suite("Timeout")
struct TimeoutStateTests {
    private static func policy(_ adaptive: JSONObject?) throws -> TimeoutPolicy {
        var reader = SpecReader()
        let spec: JSONValue = [
            "timeout_ms": 5000, "adaptive": adaptive.map { .object($0) } ?? .null,
        ]
        let policy = reader.read(TimeoutPolicy.self, from: spec)
        return try #require(policy, "\(reader.faults)")
    }

    /// Durations in milliseconds, and the timeout after them.
    private static let tables: [(JSONObject?, [Int64], Int64)] = [
        // Nothing is followed where nothing is to be.
        (nil, Array(1...100), 5000),
        // Below the samples asked for, the timeout stands as it is, whatever the bounds.
        ([:], Array(1...9), 5000),
        (["max_ms": 100], Array(1...9), 5000),
        // The 95th percentile of 10 is the tenth, doubled.
        ([:], Array(91...100), 200),
        ([:], Array((91...110).reversed()), 218),
        // Bounds.
        ([:], Array(repeating: 4, count: 10), 10),
        ([:], Array(repeating: 0, count: 10), 10),
        ([:], Array(repeating: 150_000, count: 10), 300_000),
        ([:], Array(repeating: 150_001, count: 10), 300_000),
        (["max_ms": 100], Array(repeating: 60, count: 10), 100),
        (["min_ms": 500], Array(repeating: 60, count: 10), 500),
        (["min_ms": 70, "max_ms": 70], Array(repeating: 1, count: 10), 70),
        // Rounded up once, from the exact value of the decimal.
        (["multiplier": 1.1], Array(repeating: 10, count: 10), 11),
        (["multiplier": 1.1], Array(repeating: 11, count: 10), 13),
        (["multiplier": 1.000_000_001], Array(repeating: 1000, count: 10), 1001),
        (["multiplier": 1], Array(repeating: 1000, count: 10), 1000),
        (
            ["multiplier": 1_000_000_000, "max_ms": 31_622_400_000],
            Array(repeating: 31_622_400_000, count: 10), 31_622_400_000
        ),
        // One sample is enough where one is asked for.
        (["minimum_samples": 1, "percentile": 1], [30], 60),
        (["minimum_samples": 3, "percentile": 0.5], [10, 90, 30], 60),
        // A thousand are kept: the older ones count no more.
        (
            ["percentile": 1, "multiplier": 1, "minimum_samples": 1000],
            [9999] + Array(repeating: 20, count: 999), 9999
        ),
        (
            ["percentile": 1, "multiplier": 1, "minimum_samples": 1000],
            [9999] + Array(repeating: 20, count: 1000), 20
        ),
    ]

    @Test("is what the policy and the calls come to", arguments: tables)
    func timeouts(adaptive: JSONObject?, durations: [Int64], expected: Int64) throws {
        let policy = try Self.policy(adaptive)
        var (state, restarted) = (TimeoutState(at: .epoch), TimeoutState(at: .epoch))
        for duration in durations {
            state.record(.success, .milliseconds(duration))
            restarted.record(.success, .milliseconds(duration))
            restarted = try #require(TimeoutState(snapshot: restarted.snapshot))
        }
        #expect(state.view(policy).timeout == .milliseconds(expected))
        #expect(restarted == state)
    }

    @Test("tells what the calls come to where that is not in force")
    func looking() throws {
        var state = TimeoutState(at: .epoch)
        for duration in 1...100 { state.record(.success, .milliseconds(Int64(duration))) }
        let view = state.view(try Self.policy([:]), isFollowed: false)
        #expect(
            view
                == TimeoutView(
                    timeout: .seconds(5), adapted: .milliseconds(190), samples: 100,
                    median: .milliseconds(50), percentile95: .milliseconds(95),
                    percentile99: .milliseconds(99)))
    }

    @Test(
        "counts all calls but those that are to be ignored",
        arguments: [
            (Outcome.success, true), (.failure, true), (.timeout, true), (.ignored, false),
        ])
    func outcomes(outcome: Outcome, isCounted: Bool) {
        var state = TimeoutState(at: .epoch)
        #expect(state.record(outcome, .milliseconds(7)) == isCounted)
        #expect(state.isFresh == !isCounted)
        #expect(state.samples.percentile(0.5) == (isCounted ? .milliseconds(7) : nil))
    }

    @Test("what is no state is refused", arguments: [[:], ["samples": 1], []] as [JSONValue])
    func refused(snapshot: JSONValue) {
        #expect(TimeoutState(snapshot: snapshot) == nil)
    }

    @Test("the samples of a larger window are taken over, the latest of them")
    func capacities() throws {
        let durations = (1...1500).map { Timespan.milliseconds(Int64($0)) }
        let larger = SampleWindow(capacity: 2000, samples: durations)
        let state = try #require(TimeoutState(snapshot: ["samples": larger.snapshot]))
        #expect(state.samples.samples == durations.suffix(1000))
        #expect(state.samples.capacity == 1000)
    }
}
