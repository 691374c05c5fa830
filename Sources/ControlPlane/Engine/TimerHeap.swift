import Resilience

/// Timers by when they fall due, and of those that fall due at once by when they were scheduled.
///
/// Each knows its place, so that one is moved or taken out in O(log n) without being looked for.
struct TimerHeap {
    /// What is to be done, and when.
    final class Timer: @unchecked Sendable {
        /// What it is about.
        let key: Timers.Key
        /// When it falls due.
        fileprivate(set) var at: Instant
        /// How many were scheduled before it.
        fileprivate(set) var order: UInt64
        /// What is done then.
        fileprivate(set) var action: Timers.Action
        /// Where it stands among all; nil when it does not. Guarded by whoever has the heap.
        fileprivate var place: Int?

        init(
            _ key: Timers.Key, at instant: Instant, order: UInt64,
            _ action: @escaping Timers.Action
        ) {
            (self.key, at, self.order, self.action) = (key, instant, order, action)
        }

        fileprivate func isBefore(_ other: Timer) -> Bool {
            (at, order) < (other.at, other.order)
        }
    }

    private var timers: [Timer] = []
    /// How many steps were taken since the start.
    private(set) var steps = 0

    /// How many there are.
    var count: Int { timers.count }

    /// The one that falls due first; nil when there is none.
    var first: Timer? { timers.first }

    /// Puts in one that does not stand in it.
    mutating func insert(_ timer: Timer) {
        timers.append(timer)
        timer.place = timers.count - 1
        rise(timers.count - 1)
    }

    /// Has a timer fall due at another time, and do something else.
    mutating func move(
        _ timer: Timer, to instant: Instant, order: UInt64, _ action: @escaping Timers.Action
    ) {
        (timer.at, timer.order, timer.action) = (instant, order, action)
        guard let place = timer.place else { return insert(timer) }
        sink(place)
        if let place = timer.place { rise(place) }
    }

    /// Takes one out, if it stands in it.
    mutating func remove(_ timer: Timer) {
        guard let place = timer.place else { return }
        timer.place = nil
        let last = timers.removeLast()
        guard last !== timer else { return }
        put(last, at: place)
        sink(place)
        if let place = last.place { rise(place) }
    }

    private mutating func put(_ timer: Timer, at place: Int) {
        timers[place] = timer
        timer.place = place
        steps += 1
    }

    private mutating func rise(_ start: Int) {
        let timer = timers[start]
        var place = start
        while place > 0, timer.isBefore(timers[(place - 1) / 2]) {
            put(timers[(place - 1) / 2], at: place)
            place = (place - 1) / 2
        }
        put(timer, at: place)
    }

    private mutating func sink(_ start: Int) {
        let timer = timers[start]
        var place = start
        while 2 * place + 1 < timers.count {
            var child = 2 * place + 1
            if child + 1 < timers.count, timers[child + 1].isBefore(timers[child]) { child += 1 }
            guard timers[child].isBefore(timer) else { break }
            put(timers[child], at: place)
            place = child
        }
        put(timer, at: place)
    }
}
