/// What one key has spent in one tier.
struct Account: Equatable, Sendable {
    /// The name of the tier.
    let tier: String
    /// One for each limit that the tier had when it was used last.
    private(set) var meters: [Meter]
    /// The meters as they are on disk, where that must be ahead of what is granted; none while
    /// that is not known.
    private(set) var reserved: [Meter] = []
    /// Up to when time has passed for the meters.
    private(set) var updatedAt: Instant
    /// When it is full if nothing more happens, as far as was known when it was last charged.
    private(set) var fullBy = Hint(at: .distantPast)

    /// Where to look first. It decides nothing, and so differs from no other.
    struct Hint: Equatable, Sendable {
        let at: Instant

        static func == (left: Hint, right: Hint) -> Bool { true }
    }

    /// An account from which nothing was spent.
    init(_ tier: String, _ limits: [Limit], at now: Instant) {
        self.tier = tier
        meters = limits.map { Meter($0, at: now) }
        updatedAt = now
    }

    init(_ tier: String, _ meters: [Meter], updatedAt: Instant) {
        self.tier = tier
        self.meters = meters
        self.updatedAt = updatedAt
        var account = self
        account.advance(to: updatedAt)
        noteFull(by: account.figures(at: updatedAt), at: updatedAt)
    }

    /// Notes when it is full, by what is told of its limits at `now`.
    mutating func noteFull(by figures: [LimitFigures], at now: Instant) {
        fullBy = Hint(at: now + (figures.lazy.map(\.reset).max() ?? .zero))
    }

    /// Lets time pass up to `now`, and goes on with `limits` where the tier has come to have
    /// others: the old ones count up to `changed`.
    mutating func advance(_ limits: [Limit], changed: Instant, to now: Instant) {
        if !isCounted(against: limits) {
            let changed = max(changed, min(updatedAt, now))
            meters = Meter.reshape(meters, to: limits, changed: changed, at: now)
            reserved = []
        }
        advance(to: now)
    }

    /// Whether these are the limits that it was used by last.
    func isCounted(against limits: [Limit]) -> Bool {
        meters.elementsEqual(limits) { $0.limit == $1 }
    }

    /// Lets time pass up to `now`.
    mutating func advance(to now: Instant) {
        for index in meters.indices { meters[index].advance(to: now) }
        updatedAt = now
    }

    /// Whether any limit is below `cost`, so that a call of that cost never passes.
    func isExceeded(by cost: Int64) -> Bool { meters.contains { $0.limit.capacity < cost } }

    /// How long until a call of that cost passes all limits; nil when it never does.
    func wait(for cost: Int64, at now: Instant) -> Timespan? {
        var longest = Timespan.zero
        for meter in meters {
            guard let wait = meter.wait(for: cost, at: now) else { return nil }
            longest = max(longest, wait)
        }
        return longest
    }

    /// How long after now a call that is allowed may begin.
    var delay: Timespan { meters.map(\.delay).max() ?? .zero }

    /// The figures of all limits.
    func figures(at now: Instant) -> [LimitFigures] { meters.map { $0.figures(at: now) } }

    mutating func spend(_ cost: Int64, at now: Instant) {
        for index in meters.indices { meters[index].spend(cost, at: now) }
    }

    /// Gives back what a call had cost, to every limit, never above full.
    ///
    /// - Returns: The least that a limit took back, in whole tokens.
    mutating func refund(_ cost: Int64) -> Int64 {
        for index in reserved.indices { _ = reserved[index].refund(cost) }
        return meters.indices.map { meters[$0].refund(cost) }.min() ?? 0
    }

    /// Whether forgetting it, under the limits that it was counted against, changes no answer.
    func isFull(at now: Instant) -> Bool { meters.allSatisfy { $0.isFresh(at: now) } }

    /// Whether forgetting it changes no answer of that tier, whose limits may have been changed
    /// since: they may refill more slowly than those that it was counted against.
    func isFull(_ tier: Tier?, at now: Instant) -> Bool {
        guard let tier, case .limited(let limits) = tier.allowance else { return isFull(at: now) }
        if meters.elementsEqual(limits, by: { $0.limit == $1 }) { return isFull(at: now) }
        var account = self
        account.advance(limits, changed: tier.since, to: now)
        return account.isFull(at: now)
    }
}

/// What makes a limiter strict: the disk is at or ahead of what was granted.
///
/// An account is written with a block of tokens spent besides, and further grants need no write
/// until the block is used up. Time passes for both alike, so a block that was not used in time
/// comes back on disk as it does here, and then it covers nothing more: whether it does is asked
/// after each grant, of the meters themselves. A crash loses what is left of a block.
extension Account {
    /// The part of a limit that is written ahead: a 32nd is lost in a crash at most.
    static let blocksPerLimit: Int64 = 32

    /// Sees to it that what was spent is covered by what is on disk.
    ///
    /// - Returns: Whether the account must be written, as its snapshot now is, before the answer.
    mutating func reserve(at now: Instant) -> Bool {
        for index in reserved.indices { reserved[index].advance(to: now) }
        guard !isCovered else { return false }
        let block = meters.map { meter in
            min(meter.limit.capacity / Self.blocksPerLimit, meter.figures(at: now).remaining)
        }.min()
        reserved = meters
        for index in reserved.indices { reserved[index].spend(block ?? 0, at: now) }
        return true
    }

    /// Gives up what was reserved: the disk could not be written, or is to have exactly what was
    /// spent.
    mutating func giveUpReserve() { reserved = [] }

    /// Takes back a grant that was not given after all, as far as it still counts: never more
    /// than would be there without it.
    mutating func revert(_ cost: Int64, grantedAt instant: Instant, at now: Instant) {
        for index in meters.indices {
            meters[index].advance(to: now)
            meters[index].revert(cost, spentAt: instant, at: now)
        }
        updatedAt = now
    }

    /// Whether the meters on disk are at or ahead of those here, and stay so without a grant.
    private var isCovered: Bool {
        reserved.count == meters.count
            && zip(reserved, meters).allSatisfy { reserved, meter in
                var reserved = reserved
                reserved.advance(to: updatedAt)
                return reserved.covers(meter)
            }
    }

    /// The meters as they are to be written.
    var metersOnDisk: [Meter] { isCovered ? reserved : meters }
}
