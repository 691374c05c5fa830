/// What one key has spent with a limiter, and whether it is being denied.
public struct LimiterState: EpisodicState, Equatable, Sendable {
    /// One for each limit of the tier that decided last.
    var meters: [Meter] = []
    /// The meters as they are on disk, where that must be ahead of what is granted; none while
    /// that is not known.
    var reserved: [Meter] = []
    /// Up to when time has passed for the meters.
    public internal(set) var updatedAt: Instant
    /// The present run of denials.
    public var episode: DenialEpisode?

    /// The state of a key that has not been seen.
    public init(at now: Instant) { updatedAt = now }

    /// Decides on a call, and spends its cost when it is allowed and `spends`.
    ///
    /// - Parameters:
    ///   - cost: 0…10⁹; 0 looks, and is allowed unless the key is blocked.
    ///   - tier: what the key may do, and since when it is so.
    ///   - spends: whether an allowed call costs anything; looking and disabled limiters do not.
    /// - Complexity: O(1) for each limit of the tier.
    public mutating func acquire(
        _ cost: Int64, _ tier: Tier, spends: Bool = true, at now: Instant
    ) -> LimiterDecision {
        switch tier.allowance {
        case .unlimited:
            return LimiterDecision(tier: tier.name, cost: cost, denial: nil, limits: [])
        case .blocked:
            return LimiterDecision(
                tier: tier.name, cost: cost, denial: Denial(.blocked, retryAfter: nil), limits: [])
        case .limited(let limits):
            advance(limits, changed: tier.since, to: now)
            let denial = denial(of: cost, at: now)
            let delay = denial == nil && cost > 0 ? meters.map(\.delay).max() : nil
            if denial == nil, spends {
                for index in meters.indices { meters[index].spend(cost, at: now) }
            }
            return LimiterDecision(
                tier: tier.name, cost: cost, denial: denial, delay: delay ?? .zero,
                limits: meters.map { $0.figures(at: now) })
        }
    }

    /// Gives back what a call had cost, to every limit, never above full.
    public mutating func refund(_ cost: Int64, _ tier: Tier, at now: Instant) {
        guard case .limited(let limits) = tier.allowance else { return }
        advance(limits, changed: tier.since, to: now)
        for index in meters.indices { meters[index].refund(cost) }
        for index in reserved.indices { reserved[index].refund(cost) }
    }

    /// Whether it was counted against just these limits last.
    public func isCounted(against allowance: Allowance) -> Bool {
        guard case .limited(let limits) = allowance else { return false }
        return meters.elementsEqual(limits) { $0.limit == $1 }
    }

    /// Whether forgetting the state changes no answer and loses no event.
    public func isFresh(at now: Instant) -> Bool {
        episode == nil && meters.allSatisfy { $0.isFresh(at: now) }
    }

    /// Whether forgetting the state changes no answer of that tier and loses no event.
    ///
    /// A tier that was changed since the last call may refill more slowly than the limits that
    /// the state was counted against.
    public func isFresh(_ tier: Tier, at now: Instant) -> Bool {
        var state = self
        if case .limited(let limits) = tier.allowance {
            state.advance(limits, changed: tier.since, to: now)
        }
        return state.isFresh(at: now)
    }

    private mutating func advance(_ limits: [Limit], changed: Instant, to now: Instant) {
        if !meters.elementsEqual(limits, by: { $0.limit == $1 }) {
            let changed = max(changed, min(updatedAt, now))
            meters = Meter.reshape(meters, to: limits, changed: changed, at: now)
            reserved = []
        }
        for index in meters.indices { meters[index].advance(to: now) }
        updatedAt = now
    }

    private func denial(of cost: Int64, at now: Instant) -> Denial? {
        var longest = Timespan.zero
        for meter in meters {
            guard let wait = meter.wait(for: cost, at: now) else {
                return Denial(.costExceedsLimit, retryAfter: nil)
            }
            longest = max(longest, wait)
        }
        return longest > .zero ? Denial(.rateLimited, retryAfter: longest) : nil
    }
}
