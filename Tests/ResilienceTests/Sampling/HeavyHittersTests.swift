import TestSupport
import Testing

@testable import Resilience

@Suite("Heavy hitters")
struct HeavyHittersTests {
    /// The same rule without any structure: every answer looks at everything.
    private struct Naive {
        let capacity: Int
        var counters: [(hitter: HeavyHitter, touched: Int)] = []
        var touches = 0

        mutating func add(_ key: ExactString) {
            touches += 1
            if let place = counters.firstIndex(where: { $0.hitter.key == key }) {
                let hitter = counters[place].hitter
                counters[place] = (
                    HeavyHitter(key: key, count: hitter.count + 1, error: hitter.error), touches
                )
            } else if counters.count < capacity {
                counters.append((HeavyHitter(key: key, count: 1, error: 0), touches))
            } else {
                let lightest = counters.indices.min { left, right in
                    let (left, right) = (counters[left], counters[right])
                    return (left.hitter.count, left.touched) < (right.hitter.count, right.touched)
                }
                let count = counters[lightest!].hitter.count
                counters[lightest!] = (
                    HeavyHitter(key: key, count: count + 1, error: count), touches
                )
            }
        }

        func top() -> [HeavyHitter] {
            counters.map(\.hitter).sorted { left, right in
                (right.count, left.key) < (left.count, right.key)
            }
        }
    }

    /// Keys as they come in practice: the n-th is about an n-th as frequent as the first.
    private static func key(_ count: Int, _ random: inout SplitMix64) -> ExactString {
        let weights = (1...count).map { 1 / Double($0) }
        var rest = Double.random(in: 0..<weights.reduce(0, +), using: &random)
        for (index, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return ExactString("user:\(index)") }
        }
        return ExactString("user:\(count - 1)")
    }

    @Test(
        "counts no key too low, none too high by more than its error, and misses no heavy one",
        arguments: 1...12 as ClosedRange<UInt64>)
    func bounds(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let capacity = Int.random(in: 1...40, using: &random)
        let keys = Int.random(in: 1...120, using: &random)
        var sketch = HeavyHitters(capacity: capacity)
        var naive = Naive(capacity: capacity)
        var exact: [ExactString: Int64] = [:]
        let calls: Int64 = 1500
        for _ in 0..<calls {
            let key = Self.key(keys, &random)
            sketch.add(key)
            naive.add(key)
            exact[key, default: 0] += 1
            if random.next() % 16 == 0 { sketch = try Self.restarted(sketch) }
        }
        let place: Comment = "seed \(seed): \(capacity) counters, \(keys) keys"
        let all = sketch.top(capacity)
        #expect(all == naive.top(), place)
        #expect(all.count == min(capacity, exact.count), place)
        #expect(all.reduce(0) { $0 + $1.count } == calls, place)
        for hitter in all {
            let count = exact[hitter.key, default: 0]
            #expect(hitter.count >= count && hitter.count - hitter.error <= count, place)
            #expect(hitter.error <= calls / Int64(capacity), place)
        }
        let found = Set(all.map(\.key))
        for (key, count) in exact where count > calls / Int64(capacity) {
            #expect(found.contains(key), place)
        }
    }

    @Test("counts exactly while there are no more keys than counters")
    func exact() {
        var sketch = HeavyHitters(capacity: 3)
        for key in ["b", "a", "c", "b", "c", "b"] { sketch.add(ExactString(key)) }
        #expect(
            sketch.top(10) == [
                HeavyHitter(key: "b", count: 3, error: 0),
                HeavyHitter(key: "c", count: 2, error: 0),
                HeavyHitter(key: "a", count: 1, error: 0),
            ])
        #expect(sketch.top(1).map(\.key) == ["b"])
        #expect(HeavyHitters(capacity: 3).top(10).isEmpty)
    }

    @Test("of the lightest the one makes room that was not touched the longest")
    func room() {
        var sketch = HeavyHitters(capacity: 2)
        for key in ["a", "b", "a", "b", "c"] { sketch.add(ExactString(key)) }
        #expect(
            sketch.top(2) == [
                HeavyHitter(key: "c", count: 3, error: 2),
                HeavyHitter(key: "b", count: 2, error: 0),
            ])
    }

    @Test("keys of one weight stand in the order of their bytes")
    func ties() {
        var sketch = HeavyHitters(capacity: 5)
        for key in ["z", "a", "é", "e\u{301}", "Z"] { sketch.add(ExactString(key)) }
        #expect(sketch.top(5).map(\.key) == ["Z", "a", "e\u{301}", "z", "é"])
    }

    @Test(
        "what is no sketch is refused",
        arguments: [
            "[]", "{}", #"{"capacity":0,"keys":[]}"#, #"{"capacity":10001,"keys":[]}"#,
            #"{"capacity":1}"#, #"{"capacity":1,"keys":[["a",1,0],["b",1,0]]}"#,
            #"{"capacity":2,"keys":[["a",1,0],["a",1,0]]}"#, #"{"capacity":1,"keys":[["a",1]]}"#,
            #"{"capacity":1,"keys":[["a",0,0]]}"#, #"{"capacity":1,"keys":[["a",1,1]]}"#,
            #"{"capacity":1,"keys":[["a",1,-1]]}"#, #"{"capacity":1,"keys":[[1,1,0]]}"#,
            #"{"capacity":1,"keys":[["a",9223372036854775807,0]]}"#,
        ])
    func refused(text: String) throws {
        #expect(HeavyHitters(snapshot: try JSONParser.parse(text).value) == nil)
    }

    private static func restarted(_ sketch: HeavyHitters) throws -> HeavyHitters {
        let text = sketch.snapshot.text
        let read = try #require(HeavyHitters(snapshot: try JSONParser.parse(text).value))
        #expect(read == sketch)
        return read
    }
}
