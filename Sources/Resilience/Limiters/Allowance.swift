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
