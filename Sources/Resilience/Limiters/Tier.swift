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

/// What a key may do.
public enum Allowance: Equatable, Sendable {
    /// So much, all of the limits passing.
    case limited([Limit])
    /// Everything.
    case unlimited
    /// Nothing.
    case blocked
}

extension TierSpec {
    /// The tier ready to be decided by.
    public func allowance(in policy: LimiterPolicy) -> Allowance {
        if unlimited == true { return .unlimited }
        if blocked == true { return .blocked }
        return .limited((limits ?? []).map { Limit($0, of: policy) })
    }
}

extension LimiterPolicy {
    /// The allowance of the only tier while it is paced at a rate that adapts; nil where the policy
    /// has none.
    public func allowance(at rate: AdaptiveRate) -> Allowance? {
        guard let adaptive, let limit = limits?.first else { return nil }
        let burst = algorithm.burst(of: limit) ?? limit.quota
        return .limited([Limit(perSecond: rate.perSecond(adaptive), burst: burst)])
    }

    /// All tiers by name, ready to be decided by, without a rate that adapts.
    public var allowances: [String: Allowance] {
        if let limits {
            return [Self.onlyTier: .limited(limits.map { Limit($0, of: self) })]
        }
        return (tiers ?? [:]).mapValues { $0.allowance(in: self) }
    }

    /// The tier of a call that names none.
    public var tierByDefault: String { defaultTier ?? Self.onlyTier }

    /// The tier of that name, or the one of calls that name none; nil when there is none.
    ///
    /// - Parameter since: when the policy was made, or changed last.
    public func tier(_ name: String? = nil, since: Instant) -> Tier? {
        let name = name ?? tierByDefault
        return allowances[name].map { Tier(name: name, $0, since: since) }
    }
}

/// What one group of keys may do: limits, no limit at all, or nothing.
public struct TierSpec: SpecObject {
    /// The limits, all of which must pass.
    public var limits: [LimitSpec]?
    /// Whether everything is allowed.
    public var unlimited: Bool?
    /// Whether nothing is allowed.
    public var blocked: Bool?

    public init() {}

    public static let fields: [Field<TierSpec>] = [
        Field(
            "limits", \.limits, .list(of: .object, maximumCount: Bounds.limitsPerTier),
            "The limits; all must pass."),
        Field("unlimited", \.unlimited, .flag, "Whether everything is allowed."),
        Field("blocked", \.blocked, .flag, "Whether nothing is allowed."),
    ]

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        Self.checkFlags(unlimited, blocked, at: pointer, &reader)
        if [limits != nil, unlimited != nil, blocked != nil].count(where: \.self) != 1 {
            reader.fault(pointer, "must have exactly one of limits, unlimited and blocked")
        }
    }

    /// Notes a flag that is there and says that it does not hold.
    static func checkFlags(
        _ unlimited: Bool?, _ blocked: Bool?, at pointer: JSONPointer, _ reader: inout SpecReader
    ) {
        if unlimited == false { reader.fault(pointer.appending("unlimited"), "can only be true") }
        if blocked == false { reader.fault(pointer.appending("blocked"), "can only be true") }
    }

    /// The tier with the defaults that depend on the algorithm.
    func completed(for algorithm: LimiterAlgorithm) -> TierSpec {
        var tier = self
        tier.limits = limits?.map { $0.completed(for: algorithm) }
        return tier
    }
}
