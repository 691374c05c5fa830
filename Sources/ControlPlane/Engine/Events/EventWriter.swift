import Resilience
import Store
import Synchronization

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

/// Lets at most one event of a type in each interval through for a policy, and counts the rest.
///
/// What is held back is not lost: the latest goes out when its interval is over, and tells in
/// `data.suppressed` how many it stands for besides itself. Guarded by a mutex.
final class EventThrottle: Sendable {
    private let interval: Timespan

    private let slots = Mutex<[String: Slot]>([:])

    /// A throttle of an event of each type a second, or of another interval.
    init(interval: Timespan = .seconds(1)) { self.interval = interval }

    fileprivate struct Slot {
        var lastAt: Instant
        var held: EventDraft?
        var suppressed: Int64 = 0
    }

    /// What becomes of an event.
    enum Decision: Equatable {
        /// It is to be written now, as it is here.
        case written(EventDraft)
        /// It is held back, and is due at that time; nil when one before it is due then.
        case held(dueAt: Instant?)
    }

    /// Lets an event through or holds it back.
    func admit(_ event: EventDraft) -> Decision {
        slots.withLock { slots in
            guard var slot = slots[event.type] else {
                slots[event.type] = Slot(lastAt: event.at)
                return .written(event)
            }
            defer { slots[event.type] = slot }
            let isFirst = slot.held == nil
            if !isFirst { slot.suppressed += 1 }
            slot.held = event
            if let event = slot.release(at: event.at, after: interval) {
                return .written(event)
            }
            return .held(dueAt: isFirst ? slot.lastAt + interval : nil)
        }
    }

    /// Takes back an event that could not be written.
    func putBack(_ event: EventDraft) {
        slots.withLock { slots in
            if slots[event.type]?.held == nil {
                slots[event.type]?.held = event
            } else {
                slots[event.type]?.suppressed += 1
            }
        }
    }

    /// The events whose interval is over; all that are held with `all`.
    func due(at now: Instant, all: Bool = false) -> [EventDraft] {
        slots.withLock { slots in
            slots.keys.compactMap {
                slots[$0]?.release(at: now, after: all ? .zero : interval)
            }
        }
    }
}

extension EventThrottle.Slot {
    fileprivate mutating func release(at now: Instant, after interval: Timespan) -> EventDraft? {
        guard var event = held, now >= lastAt + interval || now < lastAt else { return nil }
        if suppressed > 0 {
            var data = event.data ?? [:]
            data["suppressed"] = .integer(suppressed)
            event.data = data
        }
        (lastAt, held, suppressed) = (now, nil, 0)
        return event
    }
}
