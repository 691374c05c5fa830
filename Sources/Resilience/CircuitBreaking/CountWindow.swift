/// The last so many calls, in order.
///
/// Calls of one kind that follow each other are kept as one run, so that a healthy breaker's
/// window is a single number whatever its size, and many calls at once cost what one does.
struct CountWindow: Equatable, Sendable {
    let size: Int64
    /// The calls from the oldest on: a kind in the low three bits, its count above.
    private(set) var runs: ArraySlice<UInt32> = []
    /// How many calls of each kind the runs hold.
    private(set) var tally = CallTally()
    /// How many calls there ever were; the place of the last one.
    private(set) var position: Int64 = 0

    /// The most calls that fit one run.
    private static let longestRun: Int64 = 1 << 29 - 1

    init(size: Int64) { self.size = size }

    /// The window with these runs; nil when they do not fit it.
    init?(size: Int64, position: Int64, runs: [(CallKind, Int64)]) {
        self.init(size: size)
        self.position = position
        guard runs.count <= Bounds.callRuns else { return nil }
        for (kind, count) in runs {
            guard (1...min(size, Self.longestRun)).contains(count) else { return nil }
            self.runs.append(UInt32(count) << 3 | kind.code)
            tally.add(kind, count)
        }
        guard tally.total <= size, tally.total <= position else { return nil }
    }

    /// The place of the oldest call that the window holds.
    var oldest: Int64 { position - tally.total + 1 }

    /// Adds so many calls of one kind. O(1), and O(r) for the r runs that fall out of the window.
    mutating func add(_ kind: CallKind, _ count: Int64) {
        position += count
        var rest = min(count, size)
        tally.add(kind, rest)
        if let last = runs.last, last & 7 == kind.code {
            let more = min(rest, Self.longestRun - Int64(last >> 3))
            runs[runs.endIndex - 1] += UInt32(more) << 3
            rest -= more
        }
        while rest > 0 {
            let run = min(rest, Self.longestRun)
            runs.append(UInt32(run) << 3 | kind.code)
            rest -= run
        }
        while tally.total > size { forget(tally.total - size) }
        while runs.count > Bounds.callRuns { forget(.max) }
    }

    /// Forgets up to so many calls of the oldest run.
    private mutating func forget(_ count: Int64) {
        guard let run = runs.first else { return }
        let forgotten = min(count, Int64(run >> 3))
        tally.add(CallKind.all[Int(run & 7)], -forgotten)
        if forgotten == Int64(run >> 3) {
            runs.removeFirst()
        } else {
            runs[runs.startIndex] -= UInt32(forgotten) << 3
        }
    }
}
