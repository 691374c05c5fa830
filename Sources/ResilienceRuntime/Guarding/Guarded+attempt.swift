import Resilience

extension Guarded {
    /// Makes the call once, if all parts allow it, and settles it with all of them.
    func attempt<Value: Sendable>(
        _ call: GuardedCall, _ operation: @escaping @Sendable () async throws -> Value
    ) async -> CallEnd<Value> {
        guard !Task.isCancelled else { return .cancelled(CancellationError()) }
        let admission: AdmittedCall
        do throws(Denied) {
            guard let admitted = try await admit(call) else {
                return .cancelled(CancellationError())
            }
            admission = admitted
        } catch {
            return .denied(error)
        }
        let paced = clock.now()
        do { if admission.delay > .zero { try await clock.sleep(for: admission.delay) } } catch {
            admission.settle(.ignored, clock.now() - paced)
            return .cancelled(error)
        }
        let begin = clock.now()
        let end = await perform(operation)
        let duration = clock.now() - begin
        admission.settle(end.outcome, duration)
        timeout?.record(end.outcome, duration)
        return end
    }

    /// Runs the operation, at most as long as the timeout has it.
    private func perform<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value
    ) async -> CallEnd<Value> {
        let result: Result<Value, any Error>
        if let span = timeout?.view.timeout {
            guard let inTime = await finish(operation, within: span) else {
                let error = TimedOut(after: span)
                return .failed(error, CallFailure(error))
            }
            result = inTime
        } else {
            do { result = .success(try await operation()) } catch { result = .failure(error) }
        }
        switch result {
        case .success(let value): return .value(value)
        case .failure(let error):
            // An operation may wrap its cancellation into an error of its own.
            if error is CancellationError || Task.isCancelled { return .cancelled(error) }
            return .failed(error, describe(error))
        }
    }

    /// Runs the operation, and cancels it when the span is over; what it comes to then is nothing.
    private func finish<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value, within span: Timespan
    ) async -> Result<Value, any Error>? {
        let deadline = clock.now() + span
        return await withTaskGroup(of: Race<Value>.self) { group in
            group.addTask {
                do { return .ended(.success(try await operation())) } catch {
                    return .ended(.failure(error))
                }
            }
            group.addTask { [clock] in
                do { try await clock.sleep(until: deadline) } catch { return .called }
                return .late
            }
            // The group waits for both, whoever is first.
            defer { group.cancelAll() }
            for await first in group {
                switch first {
                case .ended(let result): return result
                case .late: return nil
                case .called: continue
                }
            }
            return .failure(CancellationError())
        }
    }
}

/// Who comes first: a call, or the end of the time for it.
private enum Race<Value: Sendable>: Sendable {
    /// The call has ended.
    case ended(Result<Value, any Error>)
    /// Its time is over.
    case late
    /// Nobody waits for the end of its time any more.
    case called
}

extension CallEnd {
    /// How it counts.
    fileprivate var outcome: Outcome {
        switch self {
        case .value: .success
        case .failed(_, let failure): failure.outcome
        case .denied, .cancelled: .ignored
        }
    }
}
