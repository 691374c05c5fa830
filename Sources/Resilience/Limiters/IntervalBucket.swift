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
