/// A state that takes runs of denials down.
public protocol EpisodicState {
    /// The present run; nil while nothing is denied.
    var episode: DenialEpisode? { get set }
}

extension EpisodicState {
    /// Takes a denial down. A run that was over before is told first.
    ///
    /// - Parameter quiet: how long without a further denial ends the run.
    public mutating func noteDenial(quiet: Timespan, at now: Instant) -> [EpisodeTransition] {
        var transitions = endEpisode(at: now).map { [$0] } ?? []
        if episode != nil {
            episode?.lastDeniedAt = now
            episode?.denied += 1
            episode?.quiet = quiet
        } else {
            let begun = DenialEpisode(startedAt: now, lastDeniedAt: now, denied: 1, quiet: quiet)
            episode = begun
            transitions.append(.began(begun))
        }
        return transitions
    }

    /// Ends the run of denials when it is over; where the clock was set back behind its last
    /// denial, it counts anew from `now`.
    public mutating func endEpisode(at now: Instant) -> EpisodeTransition? {
        guard let present = episode else { return nil }
        if present.lastDeniedAt > now { episode?.lastDeniedAt = now }
        guard present.endsAt <= now else { return nil }
        episode = nil
        return .ended(present)
    }
}
