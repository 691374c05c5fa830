import Resilience
import Store
import Synchronization

/// Watches whether changes can be stored, and tries again while they cannot.
///
/// The attempt is the event that tells of the trouble, so that the history has it as soon as it
/// has anything. Guarded by a mutex.
final class HealthMonitor: Sendable {
    private let writer: Writer
    private let state = Mutex(State())

    /// Events that could not be written are kept for later; past so many the oldest are lost.
    private static let maximumKept = 10_000

    private struct State {
        var degraded: EventDraft?
        var kept: [EventDraft] = []
        var isTrying = false
    }

    init(_ writer: Writer) { self.writer = writer }

    /// What storing failed with; nil while all is well.
    var failure: String? {
        state.withLock { $0.degraded?.reason } ?? writer.lastFailure
    }

    /// Keeps events of changes that took place in memory, to be written when that is possible.
    func keep(_ events: [EventDraft]) {
        state.withLock { state in
            state.kept = (state.kept + events).suffix(Self.maximumKept)
        }
    }

    /// Takes note of a failure, or tries whether it is over.
    func check(_ degraded: EventDraft, _ restored: EventDraft) {
        let attempt = state.withLock { state -> [EventDraft] in
            if let failure = writer.takeFailure(), state.degraded == nil {
                state.degraded = degraded
                state.degraded?.reason = failure
            }
            guard !state.isTrying, let event = state.degraded else { return [] }
            state.isTrying = true
            defer { state.kept = [] }
            return [event] + state.kept
        }
        guard !attempt.isEmpty else { return }
        writer.enqueue(Change(events: attempt + [restored])) { [self] result in
            state.withLock { state in
                state.isTrying = false
                if case .success = result {
                    state.degraded = nil
                } else {
                    state.kept = attempt.dropFirst() + state.kept
                }
            }
        }
    }
}
