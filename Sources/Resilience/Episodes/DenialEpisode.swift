/// A run of denials, told by one event at its beginning and one after its end.
public struct DenialEpisode: Equatable, Sendable {
    /// The first denial.
    public let startedAt: Instant
    /// The latest denial.
    public internal(set) var lastDeniedAt: Instant
    /// How many there were.
    public internal(set) var denied: Int64
    /// How long without a denial ends it.
    public internal(set) var quiet: Timespan

    /// How long without a denial ends a run, where no period of a policy says it.
    public static let usualQuiet = Timespan.seconds(10)

    /// When the run is over, if no further denial comes.
    public var endsAt: Instant { lastDeniedAt + quiet }
}

extension DenialEpisode: Snapshot {
    public var snapshot: JSONValue {
        .array(
            [startedAt.nanoseconds, lastDeniedAt.nanoseconds, denied, quiet.nanoseconds]
                .map { .integer($0) })
    }

    public init?(snapshot: JSONValue) {
        guard let figures = snapshot.array?.compactMap(\.integer), figures.count == 4,
            CallCounts.counts.contains(figures[2]), figures[3] >= 0
        else { return nil }
        startedAt = Instant(nanoseconds: figures[0])
        lastDeniedAt = Instant(nanoseconds: figures[1])
        denied = figures[2]
        quiet = Timespan(nanoseconds: figures[3])
    }
}

/// What became of a run of denials that is worth an event.
public enum EpisodeTransition: Equatable, Sendable {
    /// The first denial of a run.
    case began(DenialEpisode)
    /// No denial has come for as long as ends a run.
    case ended(DenialEpisode)
}

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
