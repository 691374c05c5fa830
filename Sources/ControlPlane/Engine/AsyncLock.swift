internal import DequeModule
import Synchronization

/// Lets tasks through a stretch that awaits, first come first served: one alone, or several that
/// share it.
///
/// An actor would let others in at each `await`; changes of policies must not interleave. As many
/// tasks wait as there are calls in progress at most. Guarded by a mutex.
final class AsyncLock: Sendable {
    private let state = Mutex(State())

    private struct State {
        var isHeldAlone = false
        /// How many share it.
        var sharers = 0
        var waiting = Deque<Waiter>()

        var isFree: Bool { !isHeldAlone && sharers == 0 }

        /// Takes it, if it can be had without passing by anybody who waits.
        mutating func take(sharing: Bool) -> Bool {
            guard waiting.isEmpty, sharing ? !isHeldAlone : isFree else { return false }
            hold(sharing: sharing)
            return true
        }

        /// Gives it up, and takes it for those whose turn it is.
        mutating func giveUp(sharing: Bool) -> [Waiter] {
            if sharing { sharers -= 1 } else { isHeldAlone = false }
            var next: [Waiter] = []
            while let first = waiting.first, first.isSharing ? !isHeldAlone : isFree {
                hold(sharing: first.isSharing)
                next.append(waiting.removeFirst())
            }
            return next
        }

        private mutating func hold(sharing: Bool) {
            if sharing { sharers += 1 } else { isHeldAlone = true }
        }
    }

    private struct Waiter: Sendable {
        let isSharing: Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    /// Whether a body runs just now.
    var isHeld: Bool { state.withLock { !$0.isFree } }

    /// How many wait for their turn.
    var waitingCount: Int { state.withLock(\.waiting.count) }

    /// Runs `body` while no other body runs.
    func withLock<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        try await with(sharing: false, body)
    }

    /// Runs `body` while no other body runs but those that share.
    func withSharedLock<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        try await with(sharing: true, body)
    }

    private func with<Result>(
        sharing: Bool, _ body: () async throws -> Result
    ) async rethrows -> Result {
        await acquire(sharing: sharing)
        defer {
            for next in state.withLock({ $0.giveUp(sharing: sharing) }) {
                next.continuation.resume()
            }
        }
        return try await body()
    }

    private func acquire(sharing: Bool) async {
        await withCheckedContinuation { continuation in
            let isTaken = state.withLock { state in
                if state.take(sharing: sharing) { return true }
                state.waiting.append(Waiter(isSharing: sharing, continuation: continuation))
                return false
            }
            if isTaken { continuation.resume() }
        }
    }
}

/// Lets one task at a time through a stretch that awaits, for each key, first come first served.
///
/// Only keys that are held take room, and as many tasks wait as there are calls in progress at
/// most. Guarded by a mutex.
final class AsyncKeyLocks<Key: Hashable & Sendable>: Sendable {
    /// Who waits for each key that is held.
    private let waiting = Mutex<[Key: Deque<CheckedContinuation<Void, Never>>]>([:])

    /// How many keys are held.
    var count: Int { waiting.withLock(\.count) }

    /// Runs `body` while no other body runs for `key`.
    func withLock<Result>(
        _ key: Key, _ body: () async throws -> Result
    ) async rethrows -> Result {
        await withCheckedContinuation { continuation in
            let isTaken = waiting.withLock { waiting in
                waiting[key]?.append(continuation)
                if waiting[key] == nil { waiting[key] = [] } else { return false }
                return true
            }
            if isTaken { continuation.resume() }
        }
        defer { release(key) }
        return try await body()
    }

    private func release(_ key: Key) {
        let next = waiting.withLock { waiting in
            let next = waiting[key]?.popFirst()
            if next == nil { waiting[key] = nil }
            return next
        }
        next?.resume()
    }
}
