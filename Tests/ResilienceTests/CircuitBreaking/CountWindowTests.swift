import TestSupport
import Testing

@testable import Resilience

@Suite("Count window")
struct CountWindowTests {
    @Test(
        "holds the last calls, however many come at once",
        arguments: 1...10 as ClosedRange<UInt64>)
    func last(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let size = Int.random(in: 1...40, using: &random)
        var window = CountWindow(size: Int64(size))
        var calls: [CallKind] = []
        for _ in 0..<500 {
            let kind = CallKind.all[Int(random.next() % 6)]
            let count = random.next() % 9 == 0 ? Int.random(in: 1...60, using: &random) : 1
            window.add(kind, Int64(count))
            calls += Array(repeating: kind, count: count)
            var tally = CallTally()
            for call in calls.suffix(size) { tally.add(call, 1) }
            #expect(window.tally == tally, "seed \(seed)")
            #expect(window.position == calls.count)
            #expect(window.oldest == calls.count - min(size, calls.count) + 1)
        }
    }

    @Test("a thousand million calls at once are a few numbers")
    func many() {
        var window = CountWindow(size: 1_000_000_000)
        let success = CallKind(outcome: .success, isSlow: false)
        window.add(success, 1_000_000_000)
        #expect(window.runs.count == 2)
        #expect(window.tally.successes == 1_000_000_000)
        window.add(CallKind(outcome: .timeout, isSlow: true), 999_999_999)
        #expect(window.tally.successes == 1)
        #expect(window.tally.timeouts == 999_999_999)
        #expect(window.tally.slow == 999_999_999)
    }

    @Test("past the bound of changes the oldest calls are forgotten early")
    func bounded() {
        var window = CountWindow(size: 1_000_000_000)
        for _ in 0..<Bounds.callRuns {
            window.add(CallKind.all[0], 3)
            window.add(CallKind.all[1], 1)
        }
        #expect(window.runs.count == Bounds.callRuns)
        #expect(window.tally.total == Int64(Bounds.callRuns) * 2)
    }

    @Test("of reporters the most recent are remembered")
    func reporters() {
        var reporters = Reporters()
        for index in 0..<200 { reporters.note("r\(index)", at: Int64(index)) }
        #expect(reporters.known.count == Bounds.reporters)
        #expect(reporters.count(since: 0) == 64)
        #expect(reporters.count(since: 190) == 10)
        reporters.note("r140", at: 200)
        #expect(reporters.count(since: 190) == 11)
        reporters.note(nil, at: 201)
        reporters.note("", at: 202)
        #expect(reporters.count(since: 190) == 12)
    }
}
