import Resilience
import Store

/// A kind that tells of denials in runs: by one event at the first, and one after the last.
protocol EpisodicKind: StatefulLiveKind where Live.State: EpisodicState {
    /// The type of the event at a run's beginning.
    static var episodeBegan: String { get }
    /// The type of the event after its end.
    static var episodeEnded: String { get }
    /// What the instant of its beginning is called in the event after its end.
    static var episodeBeganAt: String { get }
}

extension EpisodicKind {
    /// Takes a denial down, and tells of it where it begins a run. Called with the lock of the
    /// state held.
    ///
    /// - Parameters:
    ///   - data: what is told of the denial.
    ///   - quiet: how long without a further one ends the run.
    func noteDenial(
        _ live: Live, _ policy: PolicyEntry, _ key: ExactString,
        _ slot: inout StateTable<Live.State>.Slot, reason: String, _ data: JSONObject,
        quiet: Timespan = DenialEpisode.usualQuiet, by caller: Caller, at now: Instant
    ) {
        for transition in slot.state.noteDenial(quiet: quiet, at: now) {
            switch transition {
            case .began:
                let event = event(
                    Self.episodeBegan, policy, key, by: caller, data.shadowed(policy),
                    reason: reason, at: now)
                tell(event, live, key, slot)
            case .ended(let episode): tellEnd(of: episode, live, policy, key, slot, at: now)
            }
        }
        watchEpisode(live, key, &slot)
    }

    /// Watches the runs of denials that were under way before the start.
    func resumeEpisodes(_ live: Live) {
        for key in live.table.allKeys {
            _ = live.table.applyIfPresent(key) { watchEpisode(live, key, &$0) }
        }
    }

    private func watchEpisode(
        _ live: Live, _ key: ExactString, _ slot: inout StateTable<Live.State>.Slot
    ) {
        guard let episode = slot.state.episode, !slot.hasTimer else { return }
        slot.hasTimer = true
        let timer = live.timer(key, .episodeEnd)
        context.timers.schedule(timer, at: episode.endsAt) { [weak self, weak live] now in
            guard let self, let live else { return }
            _ = live.table.applyIfPresent(key) { slot in
                slot.hasTimer = false
                if case .ended(let episode)? = slot.state.endEpisode(at: now) {
                    self.tellEnd(of: episode, live, live.rules.now.entry, key, slot, at: now)
                }
                self.watchEpisode(live, key, &slot)
            }
        }
    }

    private func tellEnd(
        of episode: DenialEpisode, _ live: Live, _ policy: PolicyEntry, _ key: ExactString,
        _ slot: StateTable<Live.State>.Slot, at now: Instant
    ) {
        let data: JSONObject = [
            "denied": .integer(episode.denied),
            Self.episodeBeganAt: .string(episode.startedAt.timestamp),
            "last_denied_at": .string(episode.lastDeniedAt.timestamp),
        ]
        let event = event(
            Self.episodeEnded, policy, key, by: .system, data.shadowed(policy), at: now)
        tell(event, live, key, slot)
    }

    private func tell(
        _ event: EventDraft, _ live: Live, _ key: ExactString,
        _ slot: StateTable<Live.State>.Slot
    ) {
        live.desk.tell(event, with: [live.table.write(of: key, slot.state)], context)
    }
}

extension JSONObject {
    /// With a note that the policy only looks on, where it does.
    fileprivate func shadowed(_ policy: PolicyEntry) -> JSONObject {
        guard policy.mode == .shadow else { return self }
        return overlaid(by: ["shadow": true])
    }
}
