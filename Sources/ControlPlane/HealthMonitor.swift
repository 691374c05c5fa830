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

    private struct State {
        var degraded: EventDraft?
        var kept = KeptEvents()
        var isTrying = false
    }

    init(_ writer: Writer) { self.writer = writer }

    /// What storing failed with; nil while all is well.
    var failure: String? {
        state.withLock { $0.degraded?.reason } ?? writer.lastFailure
    }

    /// Keeps events of changes that took place in memory, to be written when that is possible.
    /// Nobody was told that they are on disk: of too many the oldest are only counted.
    func keep(_ events: [EventDraft]) { state.withLock { $0.kept.add(events) } }

    /// Takes note of a failure, tries whether it is over, and hands over what was kept.
    func check(_ degraded: EventDraft, _ restored: EventDraft) {
        let attempt = state.withLock { state -> (degraded: EventDraft?, kept: KeptEvents)? in
            if let failure = writer.takeFailure(), state.degraded == nil {
                state.degraded = degraded
                state.degraded?.reason = failure
            }
            // Some are kept without a failure: too many changes waited, or the trouble was just
            // over.
            guard !state.isTrying, state.degraded != nil || !state.kept.isEmpty else { return nil }
            state.isTrying = true
            defer { state.kept = KeptEvents() }
            return (state.degraded, state.kept)
        }
        guard let attempt else { return }
        var restored = restored
        let suppressed = attempt.kept.suppressed
        if suppressed > 0 { restored.data = ["suppressed": .integer(suppressed)] }
        let isTold = attempt.degraded != nil || suppressed > 0
        let events =
            (attempt.degraded.map { [$0] } ?? []) + attempt.kept.latest
            + (isTold ? [restored] : [])
        writer.enqueue(Change(events: events), in: .awaited) { [self] result in
            state.withLock { state in
                state.isTrying = false
                if case .success = result {
                    state.degraded = nil
                } else {
                    state.kept = attempt.kept.followed(by: state.kept)
                }
            }
        }
    }
}

/// The latest of the events that wait to be written, and how many there were before them.
private struct KeptEvents {
    private var events: [EventDraft] = []
    private var dropped: Int64 = 0

    /// Whether there were none.
    var isEmpty: Bool { events.isEmpty && dropped == 0 }

    /// Those that are kept, oldest first.
    var latest: ArraySlice<EventDraft> { events.suffix(PlaneLimits.keptEvents) }

    /// How many are not.
    var suppressed: Int64 { dropped + Int64(events.count - latest.count) }

    /// Adds events. O(1) for each on average: the oldest are dropped many at once.
    mutating func add(_ more: some Collection<EventDraft>) {
        events += more
        guard events.count > 2 * PlaneLimits.keptEvents else { return }
        dropped = suppressed
        events = Array(latest)
    }

    /// These and then `later`.
    func followed(by later: KeptEvents) -> KeptEvents {
        var sum = self
        sum.dropped += later.dropped
        sum.add(later.events)
        return sum
    }
}
