import Resilience

/// A kind that tells of denials in runs: by one event at the first, and one after the last.
protocol EpisodicKind: PolicyKind where State: EpisodicState {
    /// The type of the event at a run's beginning.
    static var episodeBegan: String { get }
    /// The type of the event after its end.
    static var episodeEnded: String { get }
    /// What the instant of its beginning is called in the event after its end.
    static var episodeBeganAt: String { get }
}

extension Effects where Kind: EpisodicKind {
    /// Records a denial, and tells of it where it begins a run.
    ///
    /// - Parameters:
    ///   - data: what is told of the denial.
    ///   - quiet: how long without a further one ends the run.
    mutating func noteDenial(
        _ state: inout Kind.State, _ turn: Turn<Kind>, reason: String, _ data: JSONObject,
        quiet: Timespan = DenialEpisode.usualQuiet, by caller: Caller
    ) {
        durability = max(durability, .level)
        for transition in state.noteDenial(quiet: quiet, at: turn.now) {
            switch transition {
            case .began:
                notices.append(
                    turn.event(
                        Kind.episodeBegan, by: caller, data.shadowed(turn.policy), reason: reason))
            case .ended(let episode): tellEnd(of: episode, turn)
            }
        }
    }

    /// Ends a run of denials that is over.
    mutating func endEpisode(_ state: inout Kind.State, _ turn: Turn<Kind>) {
        guard case .ended(let episode)? = state.endEpisode(at: turn.now) else { return }
        durability = max(durability, .level)
        tellEnd(of: episode, turn)
    }

    private mutating func tellEnd(of episode: DenialEpisode, _ turn: Turn<Kind>) {
        let data: JSONObject = [
            "denied": .integer(episode.denied),
            Kind.episodeBeganAt: .string(episode.startedAt.timestamp),
            "last_denied_at": .string(episode.lastDeniedAt.timestamp),
        ]
        notices.append(turn.event(Kind.episodeEnded, by: .system, data.shadowed(turn.policy)))
    }
}

extension JSONObject {
    /// With a note that the policy only looks on, where it does.
    func shadowed(_ policy: PolicyEntry) -> JSONObject {
        guard policy.mode == .shadow else { return self }
        return overlaid(by: ["shadow": true])
    }
}
