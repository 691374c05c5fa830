/// What makes a limiter strict: the disk is at or ahead of what was granted.
///
/// A state is written with a block of tokens spent besides, and further grants need no write
/// until the block is used up. Time passes for both alike, so a block that was not used in time
/// comes back on disk as it does here, and then it covers nothing more: whether it does is asked
/// after each grant, of the states themselves. A crash loses what is left of a block.
extension LimiterState {
    /// The part of a limit that is written ahead: a 32nd is lost in a crash at most.
    static let blocksPerLimit: Int64 = 32

    /// Sees to it that what was spent is covered by what is on disk.
    ///
    /// - Returns: Whether the state must be written, as its snapshot now is, before the answer.
    public mutating func reserve(at now: Instant) -> Bool {
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
    public mutating func giveUpReserve() { reserved = [] }

    /// Takes back a grant that was not given after all, as far as it still counts: never more
    /// than would be there without it.
    public mutating func takeBack(_ cost: Int64, grantedAt instant: Instant, at now: Instant) {
        for index in meters.indices {
            meters[index].advance(to: now)
            meters[index].takeBack(cost, spentAt: instant, at: now)
        }
        updatedAt = now
    }

    /// Whether the meters on disk are at or ahead of those here, and stay so without a grant.
    var isCovered: Bool {
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
    mutating func takeBack(_ cost: Int64, spentAt instant: Instant, at now: Instant) {
        switch level {
        case .bucket(var bucket):
            bucket.debt = max(0, bucket.debt - unfilled(cost, since: instant, at: now))
            level = .bucket(bucket)
        case .leaky(var bucket):
            bucket.taken.debt = max(0, bucket.taken.debt - unfilled(cost, since: instant, at: now))
            level = .leaky(bucket)
        case .interval(let bucket):
            // A period's end has filled up some of it, or all.
            if bucket.phase <= instant { refund(cost) }
        case .fixed(let window):
            if window.start <= instant { refund(cost) }
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
