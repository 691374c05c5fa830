import Synchronization

/// Lets one task at a time through a stretch that awaits, first come first served.
///
/// An actor would let others in at each `await`; changes of policies must not interleave.
final class AsyncLock: Sendable {
    private let state = Mutex(State())

    private struct State {
        var isHeld = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Whether a body runs just now.
    var isHeld: Bool { state.withLock { $0.isHeld } }

    /// Runs `body` while no other body runs.
    func withLock<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        await acquire()
        defer { release() }
        return try await body()
    }

    private func acquire() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isHeld { state.waiting.append(continuation) }
                defer { state.isHeld = true }
                return !state.isHeld
            }
            if isFree { continuation.resume() }
        }
    }

    private func release() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isHeld = !state.waiting.isEmpty
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        next?.resume()
    }
}
