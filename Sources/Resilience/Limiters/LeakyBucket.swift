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
