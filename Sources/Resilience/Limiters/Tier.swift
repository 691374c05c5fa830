/// The tier that a call is decided by.
public struct Tier: Equatable, Sendable {
    /// What it is called.
    public let name: String
    /// What it allows.
    public let allowance: Allowance
    /// Since when it allows that.
    public let since: Instant
    /// How long a run of denials is over after, where its periods do not say it.
    private let ownQuiet: Timespan?
    /// When it ends for the key, and what follows; nil while it has no end.
    public var successor: Succession?

    /// What limits of a key's own are called.
    public static let assigned = "assigned"

    /// A tier of that name.
    public init(
        name: String, _ allowance: Allowance, since: Instant, quiet: Timespan? = nil
    ) {
        self.name = name
        self.allowance = allowance
        self.since = since
        ownQuiet = quiet
    }

    /// The tier that decides at `now`: this one, or the one after it where it has ended.
    func inForce(at now: Instant) -> Tier {
        guard case .at(let end, let next)? = successor, end <= now else { return self }
        return next.inForce(at: now)
    }

    /// How long a tier must go without a denial before a run of them is over: its longest period,
    /// or as long as usual where it has none, but ten minutes at most.
    public func quiet(at now: Instant) -> Timespan {
        min(ownQuiet ?? longestPeriod(at: now) ?? DenialEpisode.usualQuiet, .seconds(600))
    }

    private func longestPeriod(at now: Instant) -> Timespan? {
        guard case .limited(let limits) = allowance else { return nil }
        return limits.map { $0.length(at: now) }.max()
    }
}

/// What follows when a tier ends for a key.
public indirect enum Succession: Equatable, Sendable {
    /// Another tier, from that instant on.
    case at(Instant, Tier)
}
