import HeapModule
import Resilience
import Synchronization

/// What falls due, in order of time.
///
/// With the machine's clock ``run(_:)`` sleeps until the next is due; the manual clock is moved
/// through them one by one. Guarded by a mutex; actions are run outside of it.
final class Timers: Sendable {
    typealias Action = @Sendable (_ now: Instant) -> Void

    /// An hour in nanoseconds: a sleeper that wakes for nothing just sleeps again.
    private static let longestSleep: Int64 = 3_600_000_000_000

    private let state = Mutex(State())

    private struct State {
        var heap = Heap<Entry>()
        var count: UInt64 = 0
        var sleeper: Task<Void, Never>?
        var wakesAt = Instant.distantFuture
    }

    private struct Entry: Comparable {
        let at: Instant
        let order: UInt64
        let action: Action

        static func == (left: Entry, right: Entry) -> Bool { left.order == right.order }

        static func < (left: Entry, right: Entry) -> Bool {
            (left.at, left.order) < (right.at, right.order)
        }
    }

    /// How much is to be done.
    var count: Int { state.withLock { $0.heap.count } }

    /// Has `action` done at `instant`, or at once when that is past. What is due at the same
    /// instant is done in the order of these calls.
    func schedule(at instant: Instant, _ action: @escaping Action) {
        state.withLock { state in
            state.count += 1
            state.heap.insert(Entry(at: instant, order: state.count, action: action))
            if instant < state.wakesAt { state.sleeper?.cancel() }
        }
    }

    /// Does what is due up to `now`, with the clock at the time of each.
    func fire(upTo now: Instant, moving clock: ManualClock? = nil) {
        while let entry = popDue(at: now) {
            clock?.move(to: entry.at)
            entry.action(clock?.now() ?? now)
        }
    }

    /// Does what falls due by `clock`, until the task is cancelled.
    func run(_ clock: any PlaneClock) async {
        while !Task.isCancelled {
            fire(upTo: clock.now())
            let sleeper = sleeper(clock)
            await withTaskCancellationHandler {
                await sleeper.value
            } onCancel: {
                sleeper.cancel()
            }
        }
    }

    private func popDue(at now: Instant) -> Entry? {
        state.withLock { state in
            guard let next = state.heap.min, next.at <= now else { return nil }
            return state.heap.removeMin()
        }
    }

    private func sleeper(_ clock: any PlaneClock) -> Task<Void, Never> {
        state.withLock { state in
            state.wakesAt = state.heap.min?.at ?? .distantFuture
            let wait = (state.wakesAt - clock.now()).nanoseconds
            let span = min(max(0, wait), Self.longestSleep)
            let sleeper = Task { _ = try? await Task.sleep(for: .nanoseconds(span)) }
            state.sleeper = sleeper
            return sleeper
        }
    }
}
