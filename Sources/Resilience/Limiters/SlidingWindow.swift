/// A quota over the last period, counted by two windows at multiples of it.
///
/// Used is `current + previous × (period − elapsed) / period`: the previous window counts by the
/// share of it that the last period still covers. Comparisons multiply by the period instead of
/// dividing, so that they are exact; a quota of 10⁹ times 366 days fits 128 bits.
struct SlidingWindow: Equatable, Sendable {
    /// When the present window began.
    var start: Instant
    /// What was spent in it.
    var current: Int64 = 0
    /// What was spent in the one before.
    var previous: Int64 = 0

    /// Moves on to the window that holds `now`. Where the clock was set back, what was spent
    /// counts in that window too.
    mutating func advance(_ limit: Limit, to now: Instant) {
        let window = limit.window(holding: now).lowerBound
        let passed = window - start
        if passed.nanoseconds >= 2 * limit.period.nanoseconds {
            (previous, current) = (0, 0)
        } else if passed > .zero {
            (previous, current) = (current, 0)
        }
        start = window
    }

    func remaining(_ limit: Limit, at now: Instant) -> Int64 {
        let period = Int128(limit.period.nanoseconds)
        let free = Int128(limit.quota - current) * period - overlap(limit, at: now)
        return free <= 0 ? 0 : Int64(free / period)
    }

    /// How long until `cost`, at most the quota, is free: in this window as the previous one
    /// fades, else in the next as this one does.
    func wait(for cost: Int64, _ limit: Limit, at now: Instant) -> Timespan {
        let elapsed = now - start
        let period = limit.period.nanoseconds
        if let instant = Self.fading(previous, to: limit.quota - cost - current, period) {
            return max(.zero, instant - elapsed)
        }
        let next = Self.fading(current, to: limit.quota - cost, period) ?? .zero
        return Timespan(nanoseconds: period) + next - elapsed
    }

    /// How long until both windows are empty.
    func timeUntilFull(_ limit: Limit, at now: Instant) -> Timespan {
        let elapsed = now - start
        if current > 0 { return limit.period + limit.period - elapsed }
        return previous > 0 ? limit.period - elapsed : .zero
    }

    mutating func spend(_ cost: Int64) { current += cost }

    /// Gives back to this window first, and what is left to the previous one; tells how much of it
    /// was spent there.
    mutating func refund(_ cost: Int64) -> Int64 {
        let fromCurrent = min(cost, current)
        let fromPrevious = min(cost - fromCurrent, previous)
        current -= fromCurrent
        previous -= fromPrevious
        return fromCurrent + fromPrevious
    }

    private func overlap(_ limit: Limit, at now: Instant) -> Int128 {
        Int128(previous) * Int128(limit.period.nanoseconds - (now - start).nanoseconds)
    }

    /// How far into its successor a window of `count` counts for at most `free`: the smallest e
    /// with count × (period − e) ≤ free × period. Nil when that is not before its end.
    private static func fading(_ count: Int64, to free: Int64, _ period: Int64) -> Timespan? {
        guard free >= 0 else { return nil }
        guard count > free else { return .zero }
        let covered = Int128(free) * Int128(period) / Int128(count)
        return Timespan(nanoseconds: period - Int64(covered))
    }
}
