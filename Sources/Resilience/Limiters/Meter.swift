/// What one key has spent against one limit.
public struct Meter: Equatable, Sendable {
    /// The limit it was counted against.
    public let limit: Limit
    var level: Level

    /// The count itself, as the limit's pacing keeps it.
    enum Level: Equatable, Sendable {
        case bucket(TokenBucket)
        case interval(IntervalBucket)
        case fixed(FixedWindow)
        case sliding(SlidingWindow)
        case leaky(LeakyBucket)
    }

    /// A meter on which nothing was spent.
    public init(_ limit: Limit, at now: Instant) {
        self.limit = limit
        level =
            switch limit.pacing {
            case .greedy: .bucket(TokenBucket(updatedAt: now))
            case .interval: .interval(IntervalBucket(phase: now))
            case .firstHit, .clock: .fixed(FixedWindow(at: now))
            case .sliding: .sliding(SlidingWindow(start: limit.window(holding: now).lowerBound))
            case .leaky: .leaky(LeakyBucket(taken: TokenBucket(updatedAt: now)))
            }
    }

    init(_ limit: Limit, _ level: Level) {
        self.limit = limit
        self.level = level
    }

    /// Lets time pass up to `now`. All figures below are those of the instant advanced to last.
    mutating func advance(to now: Instant) {
        switch level {
        case .bucket(var bucket):
            bucket.advance(limit, to: now)
            level = .bucket(bucket)
        case .interval(var bucket):
            bucket.advance(limit, to: now)
            level = .interval(bucket)
        case .fixed(var window):
            window.advance(limit, to: now)
            level = .fixed(window)
        case .sliding(var window):
            window.advance(limit, to: now)
            level = .sliding(window)
        case .leaky(var bucket):
            bucket.taken.advance(limit, to: now)
            level = .leaky(bucket)
        }
    }

    mutating func spend(_ cost: Int64, at now: Instant) {
        switch level {
        case .bucket(var bucket):
            bucket.spend(cost, limit)
            level = .bucket(bucket)
        case .interval(var bucket):
            bucket.spend(cost, at: now)
            level = .interval(bucket)
        case .fixed(var window):
            window.spend(cost, limit, at: now)
            level = .fixed(window)
        case .sliding(var window):
            window.spend(cost)
            level = .sliding(window)
        case .leaky(var bucket):
            bucket.taken.spend(cost, limit)
            level = .leaky(bucket)
        }
    }

    /// Gives back what was spent, never above full.
    ///
    /// - Returns: How much it took back, in whole tokens.
    mutating func refund(_ cost: Int64) -> Int64 {
        switch level {
        case .bucket(var bucket):
            defer { level = .bucket(bucket) }
            return bucket.refund(cost, limit)
        case .interval(var bucket):
            defer { level = .interval(bucket) }
            return bucket.refund(cost)
        case .fixed(var window):
            defer { level = .fixed(window) }
            return window.refund(cost)
        case .sliding(var window):
            defer { level = .sliding(window) }
            return window.refund(cost)
        case .leaky(var bucket):
            defer { level = .leaky(bucket) }
            return bucket.taken.refund(cost, limit)
        }
    }

    /// How long until `cost` could be spent; nil when it never can be, or only after the last
    /// instant there is.
    func wait(for cost: Int64, at now: Instant) -> Timespan? {
        guard cost <= limit.capacity else { return nil }
        guard cost > 0 else { return .zero }
        guard case .leaky(let bucket) = level else {
            return reachable(timeUntil(cost, at: now), now)
        }
        return reachable(bucket.delay(limit), now).flatMap { _ in
            reachable(bucket.wait(limit), now)
        }
    }

    /// A wait that does not go past the last instant there is; nil for one that does.
    private func reachable(_ wait: Timespan, _ now: Instant) -> Timespan? {
        wait == .zero || now + wait < .distantFuture ? wait : nil
    }

    /// How long until `count`, at most the capacity, remain.
    private func timeUntil(_ count: Int64, at now: Instant) -> Timespan {
        switch level {
        case .bucket(let bucket): bucket.wait(for: count, limit)
        case .interval(let bucket): bucket.wait(for: count, limit, at: now)
        case .fixed(let window): window.wait(for: count, limit, at: now)
        case .sliding(let window): window.wait(for: count, limit, at: now)
        case .leaky(let bucket): bucket.taken.wait(for: count, limit)
        }
    }

    /// How long after now a call that is allowed may begin.
    var delay: Timespan {
        if case .leaky(let bucket) = level { bucket.delay(limit) } else { .zero }
    }

    /// The figures that are told of the meter.
    func figures(at now: Instant) -> LimitFigures {
        let remaining: Int64
        let reset: Timespan
        switch level {
        case .bucket(let bucket):
            (remaining, reset) = (bucket.remaining(limit), bucket.timeUntilFull(limit))
        case .interval(let bucket):
            (remaining, reset) = (bucket.remaining(limit), bucket.timeUntilFull(limit, at: now))
        case .fixed(let window):
            (remaining, reset) = (window.remaining(limit), window.timeUntilFull(at: now))
        case .sliding(let window):
            (remaining, reset) = (
                window.remaining(limit, at: now), window.timeUntilFull(limit, at: now)
            )
        case .leaky(let bucket):
            (remaining, reset) = (bucket.remaining(limit), bucket.delay(limit))
        }
        return LimitFigures(
            limit: limit, remaining: remaining, reset: reset,
            nextToken: remaining < limit.capacity ? timeUntil(remaining + 1, at: now) : nil)
    }

    /// Whether it equals a new one, so that forgetting it changes no answer.
    func isFresh(at now: Instant) -> Bool {
        var meter = self
        meter.advance(to: now)
        return meter.figures(at: now).reset == .zero
    }
}
