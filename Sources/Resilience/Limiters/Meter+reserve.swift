/// What strict limiters ask of a meter.
extension Meter {
    /// Whether as much or more is spent here, now and at any later time if nothing else happens.
    /// Both have advanced to the same instant. It may say no where yes were right.
    func covers(_ other: Meter) -> Bool {
        guard limit == other.limit else { return false }
        return switch (level, other.level) {
        case (.bucket(let mine), .bucket(let other)): mine.debt >= other.debt
        case (.leaky(let mine), .leaky(let other)): mine.taken.debt >= other.taken.debt
        case (.interval(let mine), .interval(let other)):
            mine.used >= other.used && (other.used == 0 || mine.phase >= other.phase)
        case (.fixed(let mine), .fixed(let other)):
            mine.used >= other.used && (other.used == 0 || mine.end >= other.end)
        case (.sliding(let mine), .sliding(let other)):
            mine.start == other.start && mine.current >= other.current
                && mine.previous >= other.previous
        default: false
        }
    }

    /// Gives back what is still missing of what was spent at `instant`.
    mutating func revert(_ cost: Int64, spentAt instant: Instant, at now: Instant) {
        switch level {
        case .bucket(var bucket):
            bucket.debt = max(0, bucket.debt - unfilled(cost, since: instant, at: now))
            level = .bucket(bucket)
        case .leaky(var bucket):
            bucket.taken.debt = max(0, bucket.taken.debt - unfilled(cost, since: instant, at: now))
            level = .leaky(bucket)
        case .interval(let bucket):
            // A period's end has filled up some of it, or all.
            if bucket.phase <= instant { _ = refund(cost) }
        case .fixed(let window):
            if window.start <= instant { _ = refund(cost) }
        case .sliding(var window):
            if instant >= window.start {
                window.current = max(0, window.current - cost)
            } else if window.start - instant <= limit.period {
                window.previous = max(0, window.previous - cost)
            }
            level = .sliding(window)
        }
    }

    /// The units of a spend that the time since cannot have brought back.
    private func unfilled(_ cost: Int64, since instant: Instant, at now: Instant) -> Int128 {
        let elapsed = max(0, Int128(now.nanoseconds) - Int128(instant.nanoseconds))
        return max(0, limit.units(cost) - Int128(limit.quota) * elapsed)
    }
}
