internal import DequeModule
import Synchronization

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
