import Resilience
import Synchronization

@testable import ControlPlane

/// Calls of a simulation that wait, until each of them is told something.
final class WaitingCalls: Sendable {
    /// What a call asks.
    enum Question: Sendable {
        case guarded(String, GuardRequest)
        case bulkhead(String, BulkheadRequest)
    }

    /// What it is told.
    enum Answer: Sendable {
        case guarded(GuardAnswer)
        case bulkhead(BulkheadReply)
        case refused(String)
    }

    /// A call.
    struct Call: Sendable {
        let number: Int
        let question: Question
        let since: Instant
        let deadline: Instant
    }

    private struct State {
        var waiting: [Int: Call] = [:]
        var told: [(call: Call, answer: Answer)] = []
        var count = 0
    }

    private let state = Mutex(State())
    private static let caller = Caller(actor: "sim")

    /// The calls that wait, first come first.
    var waiting: [Call] {
        state.withLock { $0.waiting.values.sorted { $0.number < $1.number } }
    }

    /// Has a call wait for so long.
    func start(_ question: Question, for span: Timespan, _ plane: Plane) {
        let call = state.withLock { state in
            state.count += 1
            let call = Call(
                number: state.count, question: question, since: plane.now,
                deadline: plane.now + span)
            state.waiting[call.number] = call
            return call
        }
        Task {
            let answer: Answer
            do {
                switch question {
                case .guarded(let name, let request):
                    answer = .guarded(
                        try await plane.guards.acquire(name, request, by: Self.caller))
                case .bulkhead(let name, let request):
                    answer = .bulkhead(
                        try await plane.bulkheads.acquire(name, request, by: Self.caller))
                }
            } catch { answer = .refused((error as? PlaneError)?.code.rawValue ?? "\(error)") }
            state.withLock { state in
                state.waiting[call.number] = nil
                state.told.append((call, answer))
            }
        }
    }

    /// What calls were told, in the order in which they came, once all others wait in `plane`.
    func told(by plane: Plane) async -> [(call: Call, answer: Answer)] {
        while state.withLock({ $0.waiting.count }) != plane.context.waiters.count {
            await Task.yield()
        }
        return state.withLock { state in
            defer { state.told = [] }
            return state.told.sorted { $0.call.number < $1.call.number }
        }
    }
}
