import ControlPlane
import HTTPTypes
import Resilience
import Synchronization

/// Has requests with an `Idempotency-Key` done once: who sends the same again within a minute of
/// policy time gets the same answer, and who sends it at the same time waits for that answer.
///
/// An error is not kept, so that what could not be done can be tried again; nor is a request that
/// was given up. Nothing of it is on disk: a server that was started again knows no key.
final class KeptAnswers: Sendable {
    private typealias Table = AnswerTable<CheckedContinuation<AnswerTurn, any Error>>

    /// Taken last, and never held while anything waits.
    private let table: Mutex<Table>
    private let arrivals = Atomic<UInt64>(0)

    init(_ configuration: ServerConfiguration) {
        table = Mutex(
            AnswerTable(
                maximumEntries: configuration.keptAnswers,
                maximumBytes: configuration.keptAnswerBytes))
    }

    /// What `body` returns to the first of the calls with that key.
    func reply(
        to call: Call, _ key: IdempotencyKey, _ body: () async throws -> Reply
    ) async throws -> Reply {
        var turn = table.withLock { $0.arrive(key, at: call.plane.now) }
        if case .underWay = turn {
            turn = try await call.whileConnected { [self] in try await wait(key, call) }
        }
        switch turn {
        case .first: return try await perform(key, call, body)
        case .answered(var reply):
            reply.headers[IdempotencyKey.replayedField] = "true"
            return reply
        case .other:
            throw IdempotencyKey.fault("was used for a request with another query or body")
        case .underWay: preconditionFailure("who waits is not told to wait")
        }
    }

    private func perform(
        _ key: IdempotencyKey, _ call: Call, _ body: () async throws -> Reply
    ) async throws -> Reply {
        do {
            let reply = try await body()
            let waiting = table.withLock { $0.keep(reply, key, at: call.plane.now) }
            for waiter in waiting { waiter.resume(returning: .answered(reply)) }
            return reply
        } catch {
            giveUp(key)
            throw error
        }
    }

    private func giveUp(_ key: IdempotencyKey) {
        table.withLock { $0.giveUp(key) }?.resume(returning: .first)
    }

    /// Waits for the answer of the same request, or for its turn when that came to nothing.
    private func wait(_ key: IdempotencyKey, _ call: Call) async throws -> AnswerTurn {
        let id = arrivals.add(1, ordering: .relaxed).newValue
        let turn = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let turn = table.withLock { table -> AnswerTurn in
                    let turn = table.arrive(key, at: call.plane.now)
                    if case .underWay = turn { table.wait(key, id, continuation) }
                    return turn
                }
                guard case .underWay = turn else { return continuation.resume(returning: turn) }
                if Task.isCancelled { leave(key, id) }
            }
        } onCancel: {
            leave(key, id)
        }
        // The turn may have come at the moment in which the client went.
        if case .first = turn, Task.isCancelled {
            giveUp(key)
            throw CancellationError()
        }
        return turn
    }

    private func leave(_ key: IdempotencyKey, _ id: UInt64) {
        table.withLock { $0.leave(key, id) }?.resume(throwing: CancellationError())
    }
}
