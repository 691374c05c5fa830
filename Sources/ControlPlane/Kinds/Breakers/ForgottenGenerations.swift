import Resilience
import Synchronization

/// The highest generation that a breaker policy forgot with a key, in a row of its own: keys
/// without a state begin above it, so that no generation of a key is used twice.
///
/// It is raised only once the row is on disk: a generation that is given out is above what any
/// crash leaves there. Guarded by a mutex.
final class ForgottenGenerations: Sendable {
    /// The key of the row; clients' keys hold no control characters.
    static let row: ExactString = "\u{1}generation"

    private let state = Mutex(State())

    private struct State {
        var highest: Int64 = 0
        /// The highest that was handed to the writer; the row never goes back behind it.
        var handedOver: Int64 = 0
    }

    /// The highest of those that were forgotten; 0 where none was.
    var highest: Int64 { state.withLock { $0.highest } }

    /// What the row has to say when states of up to `generation` are forgotten; nil where the one
    /// on disk suffices.
    func handOver(_ generation: Int64) -> Int64? {
        state.withLock { state in
            guard generation > state.highest else { return nil }
            state.handedOver = max(state.handedOver, generation)
            return state.handedOver
        }
    }

    /// Records that a row is on disk.
    func raise(to generation: Int64) {
        state.withLock { $0.highest = max($0.highest, generation) }
    }

    /// Takes over what was on disk; false when it is nothing of the kind.
    func restore(_ snapshot: JSONValue) -> Bool {
        guard let generation = snapshot.integer, generation > 0 else { return false }
        state.withLock { $0 = State(highest: generation, handedOver: generation) }
        return true
    }
}
