import Resilience
import Synchronization

/// Counts since the start, and over the last minute by seconds. Guarded by a mutex.
///
/// A figure that has reached the end of its type stays there: costs may come to that.
final class PolicyCounters<Figure: CountedFigure>: Sendable {
    private var seconds: Int { 60 }

    private let state: Mutex<State>

    private struct State {
        var totals: [Int64]
        var ring: [Int64]
        var stamps: [Int64]

        mutating func add(_ amount: Int64, to figure: Int, inRing place: Int) {
            totals[figure] = totals[figure].addingClamped(amount)
            ring[place] = ring[place].addingClamped(amount)
        }
    }

    /// Counters of nothing.
    init() {
        let width = Figure.allCases.count
        precondition(width <= 8, "more figures than are added to at once")
        state = Mutex(
            State(
                totals: Array(repeating: 0, count: width),
                ring: Array(repeating: 0, count: width * 60),
                stamps: Array(repeating: .min, count: 60)))
    }

    /// The place of a second in the ring, also of one before the epoch.
    private func slot(of second: Int64) -> Int {
        let place = Int(second % Int64(seconds))
        return place < 0 ? place + seconds : place
    }

    /// Adds to these figures.
    func add(_ counts: Counts<Figure>, at now: Instant) {
        let second = now.nanoseconds / 1_000_000_000
        let slot = slot(of: second)
        state.withLock { state in
            let width = state.totals.count
            if state.stamps[slot] != second {
                state.stamps[slot] = second
                for place in 0..<width { state.ring[slot * width + place] = 0 }
            }
            for figure in 0..<width where counts.amounts[figure] != 0 {
                state.add(counts.amounts[figure], to: figure, inRing: slot * width + figure)
            }
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
        return state.withLock { state in
            let width = state.totals.count
            var recent = Array(repeating: Int64(0), count: width)
            for slot in 0..<seconds
            where state.stamps[slot] > second - Int64(seconds) && state.stamps[slot] <= second {
                for place in 0..<width {
                    let count = state.ring[slot * width + place]
                    recent[place] = recent[place].addingClamped(count)
                }
            }
            return KindStats(
                names: Figure.allCases.map(\.name), totals: state.totals, lastMinute: recent)
        }
    }
}
