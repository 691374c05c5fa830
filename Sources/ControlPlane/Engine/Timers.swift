import Resilience
import Synchronization

/// What falls due, in order of time.
///
/// With the machine's clock ``run(_:)`` sleeps until the next is due; the manual clock is moved
/// through them one by one. There is at most one timer of a key, so their number is bounded by
/// what they are about. Guarded by a mutex, which is held for O(log n); actions are run outside
/// of it.
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
        /// All that are scheduled, and for a while those of a policy that is gone.
        var heap = TimerHeap()
        /// Those that count, by policy.
        var live: [Int64: [Key: TimerHeap.Timer]] = [:]
        /// How many these are.
        var count = 0
        /// How many were ever scheduled.
        var order: UInt64 = 0
        var sleeper: Task<Void, Never>?
        var wakesAt = Instant.distantFuture

        mutating func schedule(
            _ key: Key, at instant: Instant, keepingEarlier: Bool, _ action: @escaping Action
        ) {
            let present = live[key.policyID]?[key]
            if keepingEarlier, let present, present.at <= instant { return }
            order += 1
            if let present { return heap.move(present, to: instant, order: order, action) }
            let timer = TimerHeap.Timer(key, at: instant, order: order, action)
            live[key.policyID, default: [:]][key] = timer
            heap.insert(timer)
            count += 1
        }

        /// Takes out the first that is due and counts.
        mutating func popDue(at now: Instant) -> TimerHeap.Timer? {
            while let next = heap.first, next.at <= now {
                heap.remove(next)
                guard live[next.key.policyID]?[next.key] === next else { continue }
                live[next.key.policyID]?[next.key] = nil
                if live[next.key.policyID]?.isEmpty == true { live[next.key.policyID] = nil }
                count -= 1
                return next
            }
            return nil
        }
    }

    /// How much is to be done.
    var count: Int { state.withLock { $0.count } }

    /// How many places of timers were changed since the start.
    var steps: Int { state.withLock { $0.heap.steps } }

    /// Has `action` done at `instant`, or at once when that is past, instead of what was
    /// scheduled for `key`; with `keepingEarlier`, only if that is later. What is due at the same
    /// instant is done in the order of these calls. O(log n).
    func schedule(
        _ key: Key, at instant: Instant, keepingEarlier: Bool = false,
        _ action: @escaping Action
    ) {
        state.withLock { state in
            state.schedule(key, at: instant, keepingEarlier: keepingEarlier, action)
            if instant < state.wakesAt { state.sleeper?.cancel() }
        }
    }

    /// Forgets what was scheduled for a policy. Its timers count no longer from now on, and go in
    /// steps. O(k log n) for k of them.
    func cancelAll(of policyID: Int64) {
        let gone = state.withLock { state in
            let gone = state.live.removeValue(forKey: policyID) ?? [:]
            state.count -= gone.count
            return gone
        }
        var rest = Array(gone.values)[...]
        while !rest.isEmpty {
            state.withLock { state in
                for timer in rest.prefix(PlaneLimits.keysAtOnce) { state.heap.remove(timer) }
            }
            rest = rest.dropFirst(PlaneLimits.keysAtOnce)
        }
    }

    /// Does what is due up to `now`, with the clock at the time of each.
    func fire(upTo now: Instant, moving clock: ManualClock? = nil) {
        while let timer = state.withLock({ $0.popDue(at: now) }) {
            clock?.move(to: timer.at)
            timer.action(clock?.now() ?? now)
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

    private func sleeper(_ clock: any PlaneClock) -> Task<Void, Never> {
        state.withLock { state in
            state.wakesAt = state.heap.first?.at ?? .distantFuture
            let wait = (state.wakesAt - clock.now()).nanoseconds
            let span = min(max(0, wait), Self.longestSleep)
            let sleeper = Task { _ = try? await Task.sleep(for: .nanoseconds(span)) }
            state.sleeper = sleeper
            return sleeper
        }
    }
}
