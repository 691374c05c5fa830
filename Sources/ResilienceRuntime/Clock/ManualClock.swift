public import Resilience
import Synchronization

/// A clock that stands still until it is moved, for tests of programs that use the runtime.
///
/// A test starts what it is about, waits with ``untilAsleep(_:)`` until that has come to wait for
/// the clock, and moves it. Nothing really sleeps. Guarded by a mutex; it remembers one entry for
/// each task that waits.
public final class ManualClock: RuntimeClock {
    private struct Sleeper {
        let id: UInt64
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Instant
        var lastID: UInt64 = 0
        var sleepers: [Sleeper] = []
        var watchers: [Watcher] = []
    }

    private let state: Mutex<State>

    /// A clock that stands at `now`.
    public init(at now: Instant = .epoch) { state = Mutex(State(now: now)) }

    public func now() -> Instant { state.withLock(\.now) }

    /// How many tasks wait for the clock.
    public var sleepers: Int { state.withLock(\.sleepers.count) }

    /// Moves the clock, and wakes those whose time has come, in the order of their deadlines.
    public func advance(by span: Timespan) {
        precondition(span >= .zero, "a clock does not go backwards")
        let due = state.withLock { state in
            state.now = state.now + span
            let due = state.sleepers.filter { $0.deadline <= state.now }
            state.sleepers.removeAll { $0.deadline <= state.now }
            return due.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Waits until at least so many tasks wait for the clock.
    public func untilAsleep(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isSo = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append(Watcher(count: count, continuation: continuation))
                return false
            }
            if isSo { continuation.resume() }
        }
    }

    public func sleep(until deadline: Instant) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                lieDown(Sleeper(id: id, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            wake(id)
        }
    }

    /// Puts a task to sleep, unless it need not or may not sleep.
    ///
    /// A task is marked as cancelled before its handler is called. So either the mark is seen
    /// here, or the handler finds the sleeper.
    private func lieDown(_ sleeper: Sleeper) {
        let (end, watchers) = state.withLock { state -> (Result<Void, any Error>?, [Watcher]) in
            if Task.isCancelled { return (.failure(CancellationError()), []) }
            if sleeper.deadline <= state.now { return (.success(()), []) }
            state.sleepers.append(sleeper)
            let count = state.sleepers.count
            let watchers = state.watchers.filter { $0.count <= count }
            state.watchers.removeAll { $0.count <= count }
            return (nil, watchers)
        }
        if let end { sleeper.continuation.resume(with: end) }
        for watcher in watchers { watcher.continuation.resume() }
    }

    /// Ends the sleep of a task that was cancelled.
    private func wake(_ id: UInt64) {
        let sleeper = state.withLock { state in
            state.sleepers.firstIndex { $0.id == id }.map { state.sleepers.remove(at: $0) }
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
