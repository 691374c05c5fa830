import Resilience
import Synchronization

/// Counts since the start, and over the last minute by seconds. Guarded by a mutex.
final class Tally: Sendable {
    private static let seconds = 60

    private let state: Mutex<State>

    private struct State {
        var totals: [Int64]
        var ring: [Int64]
        var stamps: [Int64]
    }

    /// A tally of `width` figures.
    init(_ width: Int) {
        state = Mutex(
            State(
                totals: Array(repeating: 0, count: width),
                ring: Array(repeating: 0, count: width * Self.seconds),
                stamps: Array(repeating: .min, count: Self.seconds)))
    }

    /// Adds to the figures at these places.
    func add(_ amounts: (place: Int, amount: Int64)..., at now: Instant) {
        let second = now.nanoseconds / 1_000_000_000
        let slot = Int(second % Int64(Self.seconds))
        state.withLock { state in
            let width = state.totals.count
            if state.stamps[slot] != second {
                state.stamps[slot] = second
                for place in 0..<width { state.ring[slot * width + place] = 0 }
            }
            for (place, amount) in amounts {
                state.totals[place] += amount
                state.ring[slot * width + place] += amount
            }
        }
    }

    /// All figures since the start, and of the last sixty seconds, the present one included.
    func figures(at now: Instant) -> (totals: [Int64], lastMinute: [Int64]) {
        let second = now.nanoseconds / 1_000_000_000
        return state.withLock { state in
            let width = state.totals.count
            var recent = Array(repeating: Int64(0), count: width)
            for slot in 0..<Self.seconds
            where state.stamps[slot] > second - Int64(Self.seconds) && state.stamps[slot] <= second
            {
                for place in 0..<width { recent[place] += state.ring[slot * width + place] }
            }
            return (state.totals, recent)
        }
    }
}
