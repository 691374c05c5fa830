/// A window that holds at most a quota, and then is empty again.
struct FixedWindow: Equatable, Sendable {
    /// What was spent in the window.
    var used: Int64 = 0
    /// The window; where nothing was spent it means nothing.
    var start: Instant
    /// When the window ends; this instant belongs to the next.
    var end: Instant

    /// An empty window.
    init(at now: Instant) {
        start = now
        end = now
    }

    /// Empties the window when `now` is past it. Where the clock was set back, what was spent
    /// counts in the window that holds `now`: a jump gives nothing away, and lasts no longer.
    mutating func advance(_ limit: Limit, to now: Instant) {
        if now >= end { used = 0 }
        if now < start { open(limit, at: now) }
    }

    func remaining(_ limit: Limit) -> Int64 { max(0, limit.quota - used) }

    func wait(for cost: Int64, _ limit: Limit, at now: Instant) -> Timespan {
        used + cost <= limit.quota ? .zero : end - now
    }

    func timeUntilFull(at now: Instant) -> Timespan { used == 0 ? .zero : end - now }

    mutating func spend(_ cost: Int64, _ limit: Limit, at now: Instant) {
        if used == 0, cost > 0 { open(limit, at: now) }
        used += cost
    }

    /// Gives back what was spent; tells how much of it that was.
    mutating func refund(_ cost: Int64) -> Int64 {
        let refunded = min(cost, used)
        used -= refunded
        return refunded
    }

    /// Makes the window the one that a first spend at `now` opens.
    mutating func open(_ limit: Limit, at now: Instant) {
        let window =
            limit.pacing == .firstHit ? now..<(now + limit.period) : limit.window(holding: now)
        (start, end) = (window.lowerBound, window.upperBound)
    }
}
