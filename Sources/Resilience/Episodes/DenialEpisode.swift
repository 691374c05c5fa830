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
            CallTally.counts.contains(figures[2]), figures[3] >= 0
        else { return nil }
        startedAt = Instant(nanoseconds: figures[0])
        lastDeniedAt = Instant(nanoseconds: figures[1])
        denied = figures[2]
        quiet = Timespan(nanoseconds: figures[3])
    }
}
