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
            _ = window.add(kind, Int64(count))
            calls += Array(repeating: kind, count: count)
            var counts = CallCounts()
            for call in calls.suffix(size) { counts.add(call, 1) }
            #expect(window.counts == counts, "seed \(seed)")
            #expect(window.position == calls.count)
            #expect(window.oldest == calls.count - min(size, calls.count) + 1)
        }
    }

    @Test("holds exactly the last calls at its largest size, alternating ones and many at once")
    func largest() {
        let size = Bounds.callWindows.upperBound
        var window = CountWindow(size: size)
        let calls = [CallKind.all[1], CallKind.all[0]]
        for index in 0..<Int(size) + 101 { _ = window.add(calls[index % 2], 1) }
        #expect(window.counts == CallCounts(successes: size / 2, failures: size / 2))
        _ = window.add(CallKind.all[5], 1_000_000_000)
        #expect(window.counts == CallCounts(failures: size, timeouts: size, slow: size))
        _ = window.add(CallKind.all[0], size - 1)
        #expect(window.counts == CallCounts(successes: size - 1, failures: 1, timeouts: 1, slow: 1))
        _ = window.add(CallKind.all[0], 1)
        #expect(window.counts == CallCounts(successes: size))
        #expect(window.rings.allSatisfy { $0 == BitRing() })
    }

    @Test("of a large size is small while few calls fail, in memory and on disk")
    func sparse() throws {
        var window = CountWindow(size: Bounds.callWindows.upperBound)
        for index in 0..<300 {
            _ = window.add(CallKind.all[0], 9000)
            _ = window.add(CallKind.all[1], 1)
            let text = window.rings[0].text
            #expect(text.utf8.count <= 245 + 1024 * min(index + 1, 112))
            #expect(BitRing(text: text) == window.rings[0])
        }
        #expect(window.counts.failures == 112)
        #expect(BitRing(text: "..") == nil && BitRing(text: "00") == nil)
        #expect(BitRing(text: String(repeating: "0", count: 16)) == nil)
    }

    @Test("is the same after its places were counted from lower numbers again")
    func lowered() throws {
        let failure = CallKind.all[1]
        let near: JSONObject = ["size": 7, "position": .integer(CountWindow.longestCount - 3)]
        var log = try #require(CallLog(snapshot: .object(near)))
        var plain = CallLog(.count(7))
        plain.add(CallKind.all[0], 20, by: nil, at: .epoch)
        for step in 0..<20 {
            let kind = step % 3 == 0 ? failure : CallKind.all[0]
            let reporter = "r\(step % 4)"
            log.add(kind, Int64(step % 4 + 1), by: reporter, at: .epoch)
            plain.add(kind, Int64(step % 4 + 1), by: reporter, at: .epoch)
            #expect(log.counts(at: .epoch) == plain.counts(at: .epoch), "step \(step)")
            let told = [log, plain].map { $0.failing.count(since: $0.oldest(at: .epoch)) }
            #expect(told[0] == told[1], "step \(step)")
        }
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
