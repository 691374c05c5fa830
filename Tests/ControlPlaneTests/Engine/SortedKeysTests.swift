import Resilience
import TestSupport
import Testing

@testable import ControlPlane

@Suite("Keys in order")
struct SortedKeysTests {
    private func page(_ keys: SortedKeys, after cursor: ExactString?, _ limit: Int) -> [ExactString]
    {
        var page: [ExactString] = []
        keys.visit(after: cursor) { key in
            page.append(key)
            return page.count < limit
        }
        return page
    }

    @Test("are those put in and not taken out", arguments: 1...6 as ClosedRange<UInt64>)
    func againstTheNaive(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var keys = SortedKeys()
        var naive: Set<ExactString> = []
        let range = [3, 40, 3000, 100_000][Int(seed % 4)]
        for step in 0..<12_000 {
            let key = ExactString("\(Int.random(in: 0..<range, using: &random))")
            // Grows first, and shrinks after the middle.
            let grows = Int.random(in: 0..<10, using: &random) < (step < 6000 ? 8 : 2)
            if grows, naive.insert(key).inserted {
                keys.insert(key)
            } else if !grows, naive.remove(key) != nil {
                keys.remove(key)
            }
            guard step % 500 == 0 else { continue }
            let sorted = naive.sorted()
            #expect(page(keys, after: nil, .max) == sorted, "seed \(seed)")
            let rest = Array(sorted.drop { $0 <= key }.prefix(7))
            #expect(page(keys, after: key, 7) == rest, "seed \(seed)")
        }
    }

    @Test("that are not there are not taken out, and none come after the last")
    func edges() {
        var keys = SortedKeys()
        keys.remove("a")
        #expect(page(keys, after: nil, 1).isEmpty)
        keys.insert("b")
        for key in ["a", "c"] as [ExactString] { keys.remove(key) }
        #expect(page(keys, after: "a", 9) == ["b"] && page(keys, after: "b", 9).isEmpty)
    }
}
