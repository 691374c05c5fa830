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

/// A queue of even slots, one each period / quota, that paces calls instead of bunching them.
///
/// A call takes as many slots as it costs, from the first one that is free, and goes when that
/// one begins. It is denied when that is more than `burst - 1` slots ahead. The slots that are
/// taken and not yet over are counted as what is missing from a token bucket of `burst` tokens,
/// with the same exact arithmetic; since a call may take up to `burst` slots from the last one
/// allowed, more may be missing than the bucket holds.
struct LeakyBucket: Equatable, Sendable {
    /// The slots that are taken, as tokens that are missing.
    var taken: TokenBucket

    /// How many calls of one slot could be let in now.
    func remaining(_ limit: Limit) -> Int64 { taken.remaining(limit) }

    /// How long until the first free slot is near enough.
    func wait(_ limit: Limit) -> Timespan { taken.wait(for: 1, limit) }

    /// How long until the first free slot begins.
    func delay(_ limit: Limit) -> Timespan { limit.refillTime(of: taken.debt) }
}

/// A token bucket that gets a whole quota back at each period's end, never above its burst.
///
/// The periods count from the first spend out of a full bucket.
struct IntervalBucket: Equatable, Sendable {
    /// The tokens that are missing from full.
    var used: Int64 = 0
    /// When the present period began.
    var phase: Instant

    /// Counts in the refills up to `now`. Where the clock was set back, a period begins at `now`.
    mutating func advance(_ limit: Limit, to now: Instant) {
        guard now >= phase else {
            phase = now
            return
        }
        let periods = (now - phase).nanoseconds / limit.period.nanoseconds
        let refill = Int128(periods) * Int128(limit.quota)
        used = Int64(max(0, Int128(used) - refill))
        phase.nanoseconds += periods * limit.period.nanoseconds
    }

    func remaining(_ limit: Limit) -> Int64 { max(0, limit.capacity - used) }

    /// How long until `cost` tokens, at most the capacity, are there.
    func wait(for cost: Int64, _ limit: Limit, at now: Instant) -> Timespan {
        time(toRefill: used - (limit.capacity - cost), limit, at: now)
    }

    func timeUntilFull(_ limit: Limit, at now: Instant) -> Timespan {
        time(toRefill: used, limit, at: now)
    }

    mutating func spend(_ cost: Int64, at now: Instant) {
        if used == 0, cost > 0 { phase = now }
        used += cost
    }

    /// Gives back what was spent; tells how much of it that was.
    mutating func refund(_ cost: Int64) -> Int64 {
        let refunded = min(cost, used)
        used -= refunded
        return refunded
    }

    private func time(toRefill tokens: Int64, _ limit: Limit, at now: Instant) -> Timespan {
        guard tokens > 0 else { return .zero }
        let periods = Int128((tokens + limit.quota - 1) / limit.quota)
        let length = Int64(clamping: periods * Int128(limit.period.nanoseconds))
        return (phase + Timespan(nanoseconds: length)) - now
    }
}
