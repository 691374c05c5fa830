public import Resilience
public import Store

/// The history, and what moves the manual clock.
extension Plane {
    /// The events that `query` asks for. What was told behind an answer is in it.
    public func events(_ query: EventQuery) async throws -> [EventRecord] {
        try? await context.store.writer.flush()
        return try await PlaneError.telling { try await context.store.events(query) }
    }

    /// The next of the events that `query` asks for, after bounded work. What was told behind an
    /// answer is in it.
    public func eventPage(_ query: EventQuery) async throws -> EventPage {
        try? await context.store.writer.flush()
        return try await PlaneError.telling { try await context.store.eventPage(query) }
    }

    /// The event at that place.
    public func event(seq: Int64) async throws -> EventRecord {
        try? await context.store.writer.flush()
        let event = try await PlaneError.telling { try await context.store.event(seq: seq) }
        guard let event else { throw PlaneError(.notFound, "there is no event \(seq)") }
        return event
    }

    /// The version of SQLite that the history and all else is kept by.
    public func sqliteVersion() async throws -> String {
        try await PlaneError.telling { try await context.store.sqliteVersion() }
    }

    /// Notes that somebody was refused, behind the answer.
    public func noteRefusal(of caller: Caller, reason: String, _ data: JSONObject) {
        let event = EventDraft(
            AuthEvent.denied.type, at: now, actor: caller.actor, traceID: caller.traceID,
            reason: reason,
            data: data)
        denials.tell(event, context)
    }

    /// Refuses to go on where the clock is the machine's.
    public func requireManualClock() throws { _ = try manualClock }

    private var manualClock: ManualClock {
        get throws(PlaneError) {
            guard let clock = context.clock as? ManualClock else {
                throw PlaneError(.notFound, "the clock is the machine's, which cannot be moved")
            }
            return clock
        }
    }

    /// Moves the manual clock, doing what falls due on the way in order of time.
    ///
    /// - Returns: The new time. It is on disk, with the events of what fell due.
    public func advance(by span: Timespan) async throws -> Instant {
        try await context.operating.withLock {
            let clock = try manualClock
            let target = clock.now() + span
            guard target <= ManualClock.end else {
                throw PlaneError.invalid(
                    JSONPointer.root.appending("ms"),
                    "must not lead beyond \(ManualClock.end.timestamp)")
            }
            var change = Change()
            change.manualTime = target
            try await context.store.record(change)
            context.timers.fire(upTo: target, moving: clock)
            clock.move(to: target)
            try await PlaneError.telling { try await context.store.writer.flush() }
            return target
        }
    }
}
