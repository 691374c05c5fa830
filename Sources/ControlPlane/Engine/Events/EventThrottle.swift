import Resilience
import Store
import Synchronization

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
