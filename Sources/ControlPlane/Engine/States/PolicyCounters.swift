import Resilience
import Synchronization

/// Counts since the start, and over the last minute by seconds.
///
/// Calls of different keys add to different parts, each guarded by a mutex of its own and made when
/// it is first needed; whoever reads adds the parts up. A figure that has reached the end of its
/// type stays there: costs may come to that.
final class PolicyCounters<Figure: CountedFigure>: Sendable {
    private let parts = (0..<PlaneLimits.counterParts).map { _ in Part() }

    /// One part of the counts.
    private final class Part: Sendable {
        let content = Mutex<Content?>(nil)
    }

    private struct Content {
        var totals: [Int64]
        var ring: [Int64]
        var stamps: [Int64]

        init(width: Int) {
            totals = Array(repeating: 0, count: width)
            ring = Array(repeating: 0, count: width * 60)
            stamps = Array(repeating: .min, count: 60)
        }

        /// Adds at the place of that second.
        mutating func add(_ counts: Counts<Figure>, second: Int64, place: Int) {
            let width = totals.count
            if stamps[place] != second {
                stamps[place] = second
                for figure in 0..<width { ring[place * width + figure] = 0 }
            }
            for figure in 0..<width where counts.amounts[figure] != 0 {
                let amount = counts.amounts[figure]
                totals[figure] = totals[figure].addingClamped(amount)
                let index = place * width + figure
                ring[index] = ring[index].addingClamped(amount)
            }
        }
    }

    /// Counters of nothing.
    init() {
        precondition(Figure.allCases.count <= 8, "more figures than are added to at once")
    }

    /// Adds to these figures, for a call about that key.
    func add(_ counts: Counts<Figure>, of key: ExactString = "", at now: Instant) {
        let second = now.nanoseconds / 1_000_000_000
        // Also of one before the epoch.
        let place = Int(((second % 60) + 60) % 60)
        parts[key.shard % parts.count].content.withLock { content in
            if content == nil { content = Content(width: Figure.allCases.count) }
            content?.add(counts, second: second, place: place)
        }
    }

    /// Adds to one figure.
    func add(_ figure: Figure, _ amount: Int64 = 1, at now: Instant) {
        var counts = Counts<Figure>()
        counts.add(figure, amount)
        add(counts, at: now)
    }

    /// All figures since the start, and of the last sixty seconds, the present one included.
    func stats(at now: Instant) -> KindStats {
        let second = now.nanoseconds / 1_000_000_000
        let width = Figure.allCases.count
        var totals = Array(repeating: Int64(0), count: width)
        var recent = totals
        for part in parts {
            guard let content = part.content.withLock({ $0 }) else { continue }
            for figure in 0..<width {
                totals[figure] = totals[figure].addingClamped(content.totals[figure])
            }
            for (place, stamp) in content.stamps.enumerated()
            where stamp > second - 60 && stamp <= second {
                for figure in 0..<width {
                    recent[figure] = recent[figure].addingClamped(
                        content.ring[place * width + figure])
                }
            }
        }
        return KindStats(
            names: Figure.allCases.map(\.name), totals: totals, lastMinute: recent)
    }
}

/// What is counted of a policy.
protocol CountedFigure: CaseIterable, RawRepresentable, Sendable where RawValue == Int {
    /// What it is called on the wire.
    var name: String { get }
}

extension CountedFigure {
    var name: String { "\(self)" }
}

/// What was counted of a policy.
public struct KindStats: Sendable {
    /// What each figure counts.
    public let names: [String]
    /// The figures since the start of the server.
    public let totals: [Int64]
    /// The figures of the last sixty seconds.
    public let lastMinute: [Int64]
}
