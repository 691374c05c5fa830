/// A token bucket that refills continuously, exactly.
///
/// It keeps what is missing from full. One token is as many units as the period has nanoseconds,
/// and each nanosecond brings back `quota` units, so that no fraction is ever lost: after any
/// number of calls the bucket holds what its rate and its spending add up to. A burst of 10⁹
/// over 366 days is 3·10²⁵ units, which is why they are 128-bit integers.
struct TokenBucket: Equatable, Sendable {
    /// What is missing from full, in units.
    var debt: Int128 = 0
    /// Up to when refills are counted in.
    var updatedAt: Instant

    /// Counts in the refill up to `now`. Where the clock was set back, time starts anew at `now`.
    mutating func advance(_ limit: Limit, to now: Instant) {
        if now > updatedAt {
            let refill = Int128(limit.quota) * Int128((now - updatedAt).nanoseconds)
            debt = max(0, debt - refill)
        }
        updatedAt = now
    }

    /// The whole tokens in the bucket.
    func remaining(_ limit: Limit) -> Int64 {
        let level = limit.units(limit.capacity) - debt
        return level <= 0 ? 0 : Int64(level / Int128(limit.period.nanoseconds))
    }

    /// How long until `cost` tokens, at most the capacity, are there.
    func wait(for cost: Int64, _ limit: Limit) -> Timespan {
        limit.refillTime(of: debt - limit.units(limit.capacity - cost))
    }

    /// How long until the bucket is full.
    func timeUntilFull(_ limit: Limit) -> Timespan { limit.refillTime(of: debt) }

    mutating func spend(_ cost: Int64, _ limit: Limit) { debt += limit.units(cost) }

    /// Gives back tokens, never above full; tells how many whole ones were missing.
    mutating func refund(_ cost: Int64, _ limit: Limit) -> Int64 {
        let missing = debt / Int128(limit.period.nanoseconds)
        debt = max(0, debt - limit.units(cost))
        return Int64(min(missing, Int128(cost)))
    }
}

extension Limit {
    /// So many tokens in units of one nanosecond's worth of the quota.
    func units(_ tokens: Int64) -> Int128 { Int128(tokens) * Int128(period.nanoseconds) }

    /// How long the refill of so many units takes, rounded up to the nanosecond.
    func refillTime(of units: Int128) -> Timespan {
        guard units > 0 else { return .zero }
        let nanoseconds = (units + Int128(quota) - 1) / Int128(quota)
        return Timespan(nanoseconds: Int64(clamping: nanoseconds))
    }
}
