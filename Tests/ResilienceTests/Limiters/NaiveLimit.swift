@testable import Resilience

/// A limit that remembers every spend, and adds all of them up again for each answer.
struct NaiveLimit {
    struct Spend {
        let at: Int64
        let cost: Int64
    }

    let limit: Limit
    private(set) var spends: [Spend] = []

    init(_ limit: Limit) { self.limit = limit }

    mutating func spend(_ cost: Int64, at now: Instant) {
        if cost > 0 { spends.append(Spend(at: now.nanoseconds, cost: cost)) }
    }

    func allows(_ cost: Int64, at now: Instant) -> Bool {
        if cost == 0 { return true }
        let now = now.nanoseconds
        return switch limit.pacing {
        case .greedy: cost <= limit.capacity && Int128(cost) * period <= greedyUnits(at: now)
        case .interval: cost + intervalUsed(at: now) <= limit.capacity
        case .firstHit: cost + firstHitUsed(at: now) <= limit.quota
        case .clock: cost + clockUsed(at: now) <= limit.quota
        case .sliding: slidingUnits(at: now) + Int128(cost) * period <= Int128(limit.quota) * period
        case .leaky:
            cost <= limit.capacity && leakyDelay(at: now) <= Int128(limit.capacity - 1) * period
        }
    }

    /// Whether so many remain: at once, or in even slots one after another.
    func has(_ count: Int64, at now: Instant) -> Bool {
        guard limit.pacing == .leaky, count > 1 else { return allows(count, at: now) }
        var rest = self
        rest.spend(count - 1, at: now)
        return rest.allows(1, at: now)
    }

    /// How long until a call begins, in parts of a nanosecond: one is as many as the quota.
    func leakyDelay(at now: Int64) -> Int128 {
        var free = Int128.min
        for spend in spends {
            free = max(free, Int128(spend.at) * Int128(limit.quota)) + Int128(spend.cost) * period
        }
        return max(0, free == .min ? 0 : free - Int128(now) * Int128(limit.quota))
    }

    private var period: Int128 { Int128(limit.period.nanoseconds) }

    /// What is in the bucket, in parts of a token: one is as many as the period has nanoseconds.
    private func greedyUnits(at now: Int64) -> Int128 {
        let full = Int128(limit.capacity) * period
        var units = full
        var last = now
        for spend in spends {
            units = min(full, units + Int128(limit.quota) * max(0, Int128(spend.at) - Int128(last)))
            units -= Int128(spend.cost) * period
            last = spend.at
        }
        return min(full, units + Int128(limit.quota) * max(0, Int128(now) - Int128(last)))
    }

    private func intervalUsed(at now: Int64) -> Int64 {
        var used: Int64 = 0
        var boundary = Int64.max
        func refill(to instant: Int64) {
            while used > 0, boundary <= instant {
                used = max(0, used - limit.quota)
                boundary += limit.period.nanoseconds
            }
        }
        for spend in spends {
            refill(to: spend.at)
            if used == 0 { boundary = spend.at + limit.period.nanoseconds }
            used += spend.cost
        }
        refill(to: now)
        return used
    }

    private func firstHitUsed(at now: Int64) -> Int64 {
        var used: Int64 = 0
        var end = Int64.min
        for spend in spends {
            if spend.at >= end {
                used = 0
                end = spend.at + limit.period.nanoseconds
            }
            used += spend.cost
        }
        return now < end ? used : 0
    }

    private func clockUsed(at now: Int64) -> Int64 {
        let window = limit.window(holding: Instant(nanoseconds: now))
        return spends.filter { window.contains(Instant(nanoseconds: $0.at)) }
            .reduce(0) { $0 + $1.cost }
    }

    private func slidingUnits(at now: Int64) -> Int128 {
        let length = limit.period.nanoseconds
        let index = now / length
        let elapsed = Int128(now % length)
        return spends.reduce(0) { sum, spend in
            switch index - spend.at / length {
            case 0: sum + Int128(spend.cost) * period
            case 1: sum + Int128(spend.cost) * (period - elapsed)
            default: sum
            }
        }
    }
}
