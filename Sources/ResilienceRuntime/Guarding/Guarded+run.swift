import Resilience

extension Guarded {
    /// Runs an operation with all protections.
    ///
    /// - Parameters:
    ///   - attributes: what the call says of itself, for the templates of keys.
    ///   - cost: 0…10⁹; what an attempt costs with every limiter.
    /// - Throws: ``Denied`` when it was not made, also when that was a further attempt;
    ///   ``TimedOut``, or the operation's own error, when the last attempt failed;
    ///   `CancellationError` when the caller was cancelled; `KeyTemplate.Failure`, asking nobody,
    ///   when the attributes make no key.
    public func run<Value: Sendable>(
        _ attributes: [String: String] = [:], cost: Int64 = 1,
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        switch await end(of: try call(attributes, cost), operation) {
        case .value(let value): return value
        case .denied(let denied): throw denied
        case .failed(let error, _), .cancelled(let error): throw error
        }
    }

    /// Runs an operation with all protections, and has a value also when there is none.
    ///
    /// - Parameter fallback: makes a value of why there is none: ``Denied``, ``TimedOut`` or the
    ///   operation's own error. It is not asked when the caller was cancelled.
    /// - Throws: What the fallback throws; `CancellationError` when the caller was cancelled;
    ///   `KeyTemplate.Failure`, asking nobody, when the attributes make no key.
    public func run<Value: Sendable>(
        _ attributes: [String: String] = [:], cost: Int64 = 1,
        _ operation: @escaping @Sendable () async throws -> Value,
        fallback: @Sendable (any Error) async throws -> Value
    ) async throws -> Value {
        switch await end(of: try call(attributes, cost), operation) {
        case .value(let value): return value
        case .denied(let denied): return try await fallback(denied)
        case .failed(let error, _): return try await fallback(error)
        case .cancelled(let error): throw error
        }
    }

    private func call(
        _ attributes: [String: String], _ cost: Int64
    ) throws(KeyTemplate.Failure) -> GuardedCall {
        precondition(Bounds.costs.contains(cost))
        var keys: [ExactString] = []
        for part in parts { keys.append(try part.key.key(from: attributes)) }
        return GuardedCall(keys: keys, cost: cost)
    }

    /// Makes attempts until there is a value, or a reason to make no more.
    private func end<Value: Sendable>(
        of call: GuardedCall, _ operation: @escaping @Sendable () async throws -> Value
    ) async -> CallEnd<Value> {
        let begin = clock.now()
        var attempt: Int64 = 1
        var previousDelay: Timespan?
        var lastFailure: (any Error)?
        while true {
            let end = await self.attempt(call, operation)
            switch end {
            case .value, .cancelled: return end
            case .denied(var denied):
                (denied.attempt, denied.lastFailure) = (attempt, lastFailure)
                return .denied(denied)
            case .failed(let error, let failure):
                var failed = FailedAttempt(attempt, status: failure.status, error: failure.error)
                failed.elapsed = clock.now() - begin
                failed.retryAfter = failure.retryAfter
                failed.previousDelay = previousDelay
                guard let delay = delay(after: failed, failure.outcome) else { return end }
                do { try await clock.sleep(for: delay) } catch { return .cancelled(error) }
                (attempt, previousDelay, lastFailure) = (attempt + 1, delay, error)
            }
        }
    }

    /// How long to wait before the next attempt; nil when there is to be none.
    private func delay(after failed: FailedAttempt, _ outcome: Outcome) -> Timespan? {
        outcome.isFailure ? retry?.decide(failed, random: random()).delay : nil
    }
}

/// A call that a guard is asked about.
struct GuardedCall: Sendable {
    /// The key of each part, in their order.
    let keys: [ExactString]
    /// What it costs with every limiter.
    let cost: Int64
}

/// What a call has come to: after an attempt, or for good.
enum CallEnd<Value: Sendable>: Sendable {
    /// It was made.
    case value(Value)
    /// It was not made.
    case denied(Denied)
    /// It failed.
    case failed(any Error, CallFailure)
    /// The caller was cancelled.
    case cancelled(any Error)
}
