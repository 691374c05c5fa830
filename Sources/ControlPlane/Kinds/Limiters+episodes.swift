import Resilience
import Store

/// Runs of denials, told by an event at their beginning and one after their end.
extension Limiters {
    /// Writes what changed, behind the answer, together with the state it describes.
    func tell(
        _ transitions: [LimiterTransition], _ denial: Denial?, _ limiter: LiveLimiter,
        _ rules: LiveLimiter.Rules, _ key: ExactString,
        _ slot: inout StateTable<LimiterState>.Slot, by caller: Caller, at now: Instant
    ) {
        for transition in transitions {
            let event = event(of: transition, denial, rules.entry, key, by: caller, at: now)
            guard let event = admit(event, limiter) else { continue }
            let state = StateWrite(
                policyID: limiter.table.policyID, key: key, state: slot.state.snapshot)
            write(event, with: [state], limiter)
        }
        if let episode = slot.state.episode, !slot.hasTimer {
            slot.hasTimer = true
            scheduleEnd(of: episode, limiter, key)
        }
    }

    /// Watches the runs of denials that were under way before the start.
    func resumeEpisodes(_ limiter: LiveLimiter) {
        for key in limiter.table.allKeys {
            _ = limiter.table.applyIfPresent(key) { slot in
                guard let episode = slot.state.episode else { return }
                slot.hasTimer = true
                scheduleEnd(of: episode, limiter, key)
            }
        }
    }

    /// Writes events that were held back.
    func writeHeldEvents(of limiter: LiveLimiter, at now: Instant, all: Bool) {
        for event in limiter.throttle.due(at: now, all: all) { write(event, with: [], limiter) }
    }

    /// The event as it is to be written now; nil when it is held back.
    private func admit(_ event: EventDraft, _ limiter: LiveLimiter) -> EventDraft? {
        switch limiter.throttle.admit(event) {
        case .written(let event): return event
        case .held(nil): return nil
        case .held(let dueAt?):
            let timer = limiter.timer("", .heldEvents)
            context.timers.schedule(timer, at: dueAt, keepingEarlier: true) {
                [weak self, weak limiter] now in
                if let self, let limiter { self.writeHeldEvents(of: limiter, at: now, all: false) }
            }
            return nil
        }
    }

    private func write(_ event: EventDraft, with states: [StateWrite], _ limiter: LiveLimiter) {
        var change = Change(events: [event])
        change.states = states
        context.store.writer.enqueue(change) { result in
            if case .failure = result { limiter.throttle.putBack(event) }
        }
    }

    private func scheduleEnd(
        of episode: DenialEpisode, _ limiter: LiveLimiter, _ key: ExactString
    ) {
        let timer = limiter.timer(key, .episodeEnd)
        context.timers.schedule(timer, at: episode.endsAt) { [weak self, weak limiter] now in
            guard let self, let limiter else { return }
            _ = limiter.table.applyIfPresent(key) { slot in
                slot.hasTimer = false
                let ended = slot.state.endEpisode(at: now)
                self.tell(
                    ended.map { [$0] } ?? [], nil, limiter, limiter.rules, key, &slot,
                    by: .system, at: now)
            }
        }
    }

    private func event(
        of transition: LimiterTransition, _ denial: Denial?, _ policy: PolicyEntry,
        _ key: ExactString, by caller: Caller, at now: Instant
    ) -> EventDraft {
        let type: String
        var data: JSONObject
        var caller = caller
        switch transition {
        case .limited:
            type = "limiter.limited"
            data = ["retry_after_ms": JSONValue(denial?.retryAfter?.millisecondsRoundedUp)]
        case .recovered(let episode):
            type = "limiter.recovered"
            caller = .system
            data = [
                "denied": .integer(episode.denied),
                "limited_at": .string(episode.startedAt.timestamp),
                "last_denied_at": .string(episode.lastDeniedAt.timestamp),
            ]
        }
        if policy.mode == .shadow { data["shadow"] = true }
        return EventDraft(
            type, at: now, actor: caller.actor, traceID: caller.traceID, kind: policy.kind.singular,
            name: policy.name, key: key.text, policyVersion: policy.version,
            reason: type == "limiter.limited" ? denial?.reason.rawValue : nil, data: data)
    }
}
