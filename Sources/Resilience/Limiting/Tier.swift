/// The tier that a call is decided by.
public struct Tier: Equatable, Sendable {
    /// What it is called; assignments of limits of their own are called `assigned`.
    public let name: String
    /// What it allows.
    public let allowance: Allowance
    /// Since when it allows that, for this key.
    public let since: Instant
    /// How long a run of denials is over after, where its periods do not say it.
    private let ownQuiet: Timespan?

    /// A tier of that name.
    public init(
        name: String, _ allowance: Allowance, since: Instant, quiet: Timespan? = nil
    ) {
        self.name = name
        self.allowance = allowance
        self.since = since
        ownQuiet = quiet
    }

    /// How long a tier must go without a denial before a run of them is over: its longest
    /// period, or as long as usual where it has none.
    public func quiet(at now: Instant) -> Timespan {
        if let ownQuiet { return ownQuiet }
        guard case .limited(let limits) = allowance else { return DenialEpisode.usualQuiet }
        return limits.map { $0.length(at: now) }.max() ?? DenialEpisode.usualQuiet
    }
}
