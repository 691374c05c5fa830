import Resilience
import Store

/// Writes events of one policy behind the answers: at most one of each type in each interval.
final class EventWriter: Sendable {
    private let policyID: Int64
    private let name: ExactString
    private let throttle: EventThrottle

    /// That of a policy; those of the server itself have the number 0, and a name each.
    init(policyID: Int64, name: ExactString = "", interval: Timespan = .seconds(1)) {
        self.policyID = policyID
        self.name = name
        throttle = EventThrottle(interval: interval)
    }

    /// Writes an event, now or when its interval is over, with the states that it describes.
    func tell(_ event: EventDraft, with states: [StateWrite] = [], _ context: PlaneContext) {
        switch throttle.admit(event) {
        case .written(let event): write(event, with: states, context)
        case .held(nil): break
        case .held(let dueAt?):
            let timer = Timers.Key(policyID: policyID, key: name, purpose: .heldEvents)
            context.timers.schedule(timer, at: dueAt, keepingEarlier: true) {
                [weak self] now in self?.writeHeld(at: now, all: false, context)
            }
        }
    }

    /// Writes the held events whose interval is over; all that are held with `all`.
    func writeHeld(at now: Instant, all: Bool, _ context: PlaneContext) {
        for event in throttle.due(at: now, all: all) { write(event, with: [], context) }
    }

    private func write(_ event: EventDraft, with states: [StateWrite], _ context: PlaneContext) {
        var change = Change(events: [event])
        change.states = states
        context.store.writer.enqueue(change) { [throttle] result in
            if case .failure = result { throttle.putBack(event) }
        }
    }
}
