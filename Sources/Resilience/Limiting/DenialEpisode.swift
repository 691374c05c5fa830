/// A run of denials of one key, told by one event at its beginning and one after its end.
public struct DenialEpisode: Equatable, Sendable {
    /// The first denial.
    public let startedAt: Instant
    /// The latest denial.
    public internal(set) var lastDeniedAt: Instant
    /// How many there were.
    public internal(set) var denied: Int64
    /// How long without a denial ends it.
    public internal(set) var quiet: Timespan

    /// When the run is over, if no further denial comes.
    public var endsAt: Instant { lastDeniedAt + quiet }
}

/// What a decision changed that is worth an event.
public enum LimiterTransition: Equatable, Sendable {
    /// The first denial of a run.
    case limited(DenialEpisode)
    /// A whole period has passed without a denial.
    case recovered(DenialEpisode)
}

extension LimiterState {
    /// Takes a denial down. A run that was over before is told first.
    public mutating func noteDenial(_ tier: Tier, at now: Instant) -> [LimiterTransition] {
        var transitions = endEpisode(at: now).map { [$0] } ?? []
        if episode != nil {
            episode?.lastDeniedAt = now
            episode?.denied += 1
            episode?.quiet = tier.quiet(at: now)
        } else {
            let started = DenialEpisode(
                startedAt: now, lastDeniedAt: now, denied: 1, quiet: tier.quiet(at: now))
            episode = started
            transitions.append(.limited(started))
        }
        return transitions
    }

    /// Ends the run of denials when it is over; where the clock was set back behind its last
    /// denial, it counts anew from `now`.
    public mutating func endEpisode(at now: Instant) -> LimiterTransition? {
        guard let present = episode else { return nil }
        if present.lastDeniedAt > now { episode?.lastDeniedAt = now }
        guard present.endsAt <= now else { return nil }
        episode = nil
        return .recovered(present)
    }
}
