import Store
import Synchronization

/// Tells when what was handed to the writer is on disk: taken with a state's lock held, awaited
/// after it. Guarded by a mutex.
final class Receipt: Sendable {
    private let state = Mutex(State())

    private struct State {
        var result: Result<Int64, StoreError>?
        var waiting: CheckedContinuation<Void, any Error>?
    }

    /// Hands `change` to the writer; `failed` is told when it cannot be written.
    init(_ change: Change, _ writer: Writer, failed: @escaping @Sendable () -> Void) {
        writer.enqueue(change) { [self] result in
            if case .failure = result { failed() }
            resolve(result)
        }
    }

    /// Returns when it is on disk; called once.
    func wait() async throws {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state in
                if state.result == nil { state.waiting = continuation }
                return state.result
            }
            if let result { continuation.resume(with: result.durable) }
        }
    }

    private func resolve(_ result: Result<Int64, StoreError>) {
        let waiting = state.withLock { state in
            state.result = result
            return state.waiting
        }
        waiting?.resume(with: result.durable)
    }
}

extension Result where Success == Int64, Failure == StoreError {
    /// That it is on disk, or why not.
    fileprivate var durable: Result<Void, any Error> {
        switch self {
        case .success: .success(())
        case .failure(let error): .failure(PlaneError(error))
        }
    }
}
