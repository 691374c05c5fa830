import NIOCore

extension Call {
    /// What `body` returns; it is cancelled when the client goes away, or the call is.
    func whileConnected<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await body() }
        try await channel.eventLoop.submit { [channel] in
            let sentry = try? channel.pipeline.syncOperations.handler(type: ConnectionGuard.self)
            // A connection that has ended is without its handlers.
            if let sentry { sentry.whenGone { task.cancel() } } else { task.cancel() }
        }.get()
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
