import NIOCore
import Synchronization

/// Ends an answer that takes too long, though what it waits for cannot be interrupted.
enum Deadline {
    /// What `body` returns, or an error once `time` has passed; `body` then goes on unheard.
    static func run<Value: Sendable>(
        _ time: TimeAmount, on eventLoop: any EventLoop,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let first = First()
        return try await withCheckedThrowingContinuation { continuation in
            let task = Task {
                let result: Result<Value, any Error>
                do { result = .success(try await body()) } catch { result = .failure(error) }
                if first.isFirst { continuation.resume(with: result) }
            }
            let timer = eventLoop.scheduleTask(in: time) {
                guard first.isFirst else { return }
                // What only waits for its turn need not: nobody hears its answer any more.
                task.cancel()
                continuation.resume(
                    throwing: Problem(.overloaded, "the request took longer than it may"))
            }
            Task {
                await task.value
                timer.cancel()
            }
        }
    }

    /// Which of two comes first.
    private final class First: Sendable {
        private let isTaken = Atomic(false)

        /// Whether this is the first call.
        var isFirst: Bool { !isTaken.exchange(true, ordering: .relaxed) }
    }
}
