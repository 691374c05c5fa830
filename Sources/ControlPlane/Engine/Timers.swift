import HeapModule
import Resilience
import Synchronization

/// What falls due, in order of time.
///
/// With the machine's clock ``run(_:)`` sleeps until the next is due; the manual clock is moved
/// through them one by one. There is at most one timer of a key, so their number is bounded by
/// what they are about. Guarded by a mutex; actions are run outside of it.
final class Timers: Sendable {
    typealias Action = @Sendable (_ now: Instant) -> Void

    /// What a timer is about.
    struct Key: Hashable {
        /// The policy, or 0 for the server itself.
        let policyID: Int64
        let key: ExactString
        let purpose: Purpose
    }

    /// What a timer is for. Each is declared by whoever sets timers for it.
    struct Purpose: Hashable {
        let name: String

        /// A key's state wants to be looked after.
        static let state = Purpose(name: "state")
        /// The wait of a call is over, or its turn has come.
        static let waiters = Purpose(name: "waiters")
        /// An event that was held back is due.
        static let heldEvents = Purpose(name: "events")
    }

    /// An hour in nanoseconds: a sleeper that wakes for nothing just sleeps again.
    private static let longestSleep: Int64 = 3_600_000_000_000

    private let state = Mutex(State())

    private struct State {
        /// All that was scheduled; what is not in `live` with its order was replaced since.
        var heap = Heap<Entry>()
        var live: [Key: Entry] = [:]
        var count: UInt64 = 0
        var sleeper: Task<Void, Never>?
        var wakesAt = Instant.distantFuture

        func isLive(_ entry: Entry) -> Bool { live[entry.key]?.order == entry.order }

        /// Drops what was replaced, once that is most of the heap. O(1) amortised.
        mutating func tidy() {
            guard heap.count > 2 * live.count + 64 else { return }
            heap = Heap(live.values)
        }
    }

    private struct Entry: Comparable {
        let at: Instant
        let order: UInt64
        let key: Key
        let action: Action

        static func == (left: Entry, right: Entry) -> Bool { left.order == right.order }

        static func < (left: Entry, right: Entry) -> Bool {
            (left.at, left.order) < (right.at, right.order)
        }
    }

    /// How much is to be done.
    var count: Int { state.withLock { $0.live.count } }

    /// Has `action` done at `instant`, or at once when that is past, instead of what was
    /// scheduled for `key`; with `keepingEarlier`, only if that is later. What is due at the same
    /// instant is done in the order of these calls.
    func schedule(
        _ key: Key, at instant: Instant, keepingEarlier: Bool = false,
        _ action: @escaping Action
    ) {
        state.withLock { state in
            if keepingEarlier, let present = state.live[key], present.at <= instant { return }
            state.count += 1
            let entry = Entry(at: instant, order: state.count, key: key, action: action)
            state.live[key] = entry
            state.heap.insert(entry)
            state.tidy()
            if instant < state.wakesAt { state.sleeper?.cancel() }
        }
    }

    /// Forgets what was scheduled for a policy.
    func cancelAll(of policyID: Int64) {
        state.withLock { state in
            state.live = state.live.filter { $0.key.policyID != policyID }
            state.tidy()
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
            while let next = state.heap.min, next.at <= now {
                state.heap.removeMin()
                guard state.isLive(next) else { continue }
                state.live[next.key] = nil
                return next
            }
            return nil
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
