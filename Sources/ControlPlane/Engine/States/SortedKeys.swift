import Resilience

/// Keys in the order of their bytes, in runs of bounded length, so that among a million of them
/// one is put in or taken out by moving a few thousand places at most.
struct SortedKeys: Sendable {
    /// How long a run gets before it is divided.
    static let longestRun = 512

    /// The runs in their order; none is empty.
    private var runs: [[ExactString]] = []

    /// Puts a key in that is not there.
    mutating func insert(_ key: ExactString) {
        guard !runs.isEmpty else { return runs.append([key]) }
        let run = Self.count(in: runs[1...]) { $0[0] < key }
        runs[run].insert(key, at: Self.count(in: runs[run][...]) { $0 < key })
        guard runs[run].count > Self.longestRun else { return }
        let half = Array(runs[run].suffix(Self.longestRun / 2))
        runs[run].removeLast(half.count)
        runs.insert(half, at: run + 1)
    }

    /// Takes a key out that is there.
    mutating func remove(_ key: ExactString) {
        guard !runs.isEmpty else { return }
        let run = Self.count(in: runs[1...]) { $0[0] <= key }
        let place = Self.count(in: runs[run][...]) { $0 < key }
        guard place < runs[run].count, runs[run][place] == key else { return }
        runs[run].remove(at: place)
        if runs[run].count < Self.longestRun / 8 { join(run) }
    }

    /// Joins a short run to a neighbour that has room for it, so that no memory is held for keys
    /// that are gone.
    private mutating func join(_ run: Int) {
        let neighbour = run > 0 ? run - 1 : run + 1
        guard neighbour < runs.count else {
            if runs[run].isEmpty { runs.remove(at: run) }
            return
        }
        guard runs[run].count + runs[neighbour].count <= Self.longestRun / 2 else {
            if runs[run].isEmpty { runs.remove(at: run) }
            return
        }
        let (first, second) = (min(run, neighbour), max(run, neighbour))
        runs[first] += runs[second]
        runs.remove(at: second)
    }

    /// Does `body` for the keys after `cursor`, in order, for as long as it says yes.
    func visit(after cursor: ExactString?, _ body: (ExactString) -> Bool) {
        guard !runs.isEmpty else { return }
        let first = cursor.map { cursor in Self.count(in: runs[1...]) { $0[0] <= cursor } } ?? 0
        for run in runs[first...] {
            let start = cursor.map { cursor in Self.count(in: run[...]) { $0 <= cursor } } ?? 0
            for key in run[start...] {
                guard body(key) else { return }
            }
        }
    }

    /// How many elements, which all come first, satisfy `isBefore`. O(log n).
    private static func count<Element>(
        in elements: ArraySlice<Element>, _ isBefore: (Element) -> Bool
    ) -> Int {
        var (low, high) = (elements.startIndex, elements.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(elements[middle]) { low = middle + 1 } else { high = middle }
        }
        return low - elements.startIndex
    }
}
