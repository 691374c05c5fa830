import HeapModule
import Resilience
import Store
import Synchronization

/// What a breaker keeps besides the states of its keys: above which generations keys without a
/// state begin, and when keys may be forgotten.
final class BreakerExtras: PolicyExtras {
    typealias Version = SpecVersion<BreakerPolicy>

    let forgotten = ForgottenGenerations()
    let idleKeys = IdleKeys()

    init(_ entry: PolicyEntry) {}

    func restore(_ row: ExactString, _ snapshot: JSONValue, _ version: Version) -> Bool? {
        row == ForgottenGenerations.row ? forgotten.restore(snapshot) : nil
    }

    func adopt(_ version: Version) {}

    // Its row is written with the keys that are forgotten.
    func write(_ policyID: Int64, with writer: Writer, all: Bool) {}

    func resetBegun(_ reset: StateReset) {}

    func resetEnded(isStored: Bool) {}
}

extension BreakerExtras {
    /// The breaker of a key: a new one where there is none, or nobody needs it any more.
    func state(
        of key: ExactString, _ present: BreakerState?, _ spec: BreakerPolicy, at now: Instant
    ) -> BreakerState {
        var state = present ?? BreakerState(at: now, after: forgotten.highest)
        _ = beginAnew(key, &state, spec, at: now)
        return state
    }

    /// Puts a new breaker in the place of one that nobody needs any more; whether it was one. Its
    /// generation is on disk before it is told, or a crash could have it told again.
    func beginAnew(
        _ key: ExactString, _ state: inout BreakerState, _ spec: BreakerPolicy, at now: Instant
    ) -> Bool {
        guard isIdle(key, state, spec, at: now) else { return false }
        state = BreakerState(at: now, after: max(forgotten.highest, state.generation))
        return true
    }

    /// Whether the breaker can be dropped: see ``BreakerState/isForgettable(_:after:at:)``.
    func isForgettable(
        _ key: ExactString, _ state: BreakerState, _ spec: BreakerPolicy, at now: Instant
    ) -> Bool {
        state.isForgettable(spec, after: forgotten.highest, at: now)
            && (!key.text.isEmpty || !state.isIdle(spec, at: now))
    }

    /// Whether the breaker is as good as forgotten; that of the empty key never is.
    func isIdle(
        _ key: ExactString, _ state: BreakerState, _ spec: BreakerPolicy, at now: Instant
    ) -> Bool {
        !key.text.isEmpty && state.isIdle(spec, at: now)
    }
}

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

/// The keys of a breaker policy by when it is worth looking whether they can be forgotten, so that
/// nobody has to walk through all of them. Each key with a state stands in it once, or is just
/// being looked at. Guarded by a mutex, which is only ever taken last.
final class IdleKeys: Sendable {
    private let heap = Mutex(Heap<Entry>())

    private struct Entry: Comparable {
        let at: Instant
        let key: ExactString

        static func < (left: Entry, right: Entry) -> Bool { left.at < right.at }
    }

    /// Has `key` looked at from that instant on. O(log n).
    func add(_ key: ExactString, at instant: Instant) {
        heap.withLock { $0.insert(Entry(at: instant, key: key)) }
    }

    /// Takes out up to so many keys whose time has come, a few at a time. O(k log n).
    func takeDue(_ limit: Int, at now: Instant) -> [ExactString] {
        var keys: [ExactString] = []
        while keys.count < limit {
            let portion = takePortion(min(PlaneLimits.keysAtOnce, limit - keys.count), at: now)
            guard !portion.isEmpty else { break }
            keys += portion
        }
        return keys
    }

    private func takePortion(_ limit: Int, at now: Instant) -> [ExactString] {
        heap.withLock { heap in
            var keys: [ExactString] = []
            while keys.count < limit, let next = heap.min, next.at <= now {
                keys.append(heap.removeMin().key)
            }
            return keys
        }
    }

    /// Has all keys looked at from that instant on, since what makes them idle has changed. O(n).
    func addAllAgain(at instant: Instant) {
        heap.withLock { heap in
            heap = Heap(heap.unordered.map { Entry(at: instant, key: $0.key) })
        }
    }
}
