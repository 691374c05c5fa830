import HeapModule
import Resilience
import Synchronization

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
