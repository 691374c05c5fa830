/// How a limiter counts.
public enum LimiterAlgorithm: String, CaseIterable, Sendable {
    /// A bucket of `burst` tokens, filled at `quota` per period.
    case tokenBucket = "token_bucket"
    /// At most `quota` in each window.
    case fixedWindow = "fixed_window"
    /// At most `quota` in the last period, the previous window counting by its overlap.
    case slidingWindow = "sliding_window"
    /// One after another at even distances, at most `burst` ahead.
    case leakyBucket = "leaky_bucket"

    /// Whether its limits have a burst.
    var hasBurst: Bool { self == .tokenBucket || self == .leakyBucket }

    /// The burst of a limit; nil where its limits have none.
    func burst(of limit: LimitSpec) -> Int64? {
        hasBurst ? limit.burst ?? (self == .leakyBucket ? 1 : limit.quota) : nil
    }
}

/// When the tokens of a bucket come back.
public enum RefillStyle: String, CaseIterable, Sendable {
    /// Continuously.
    case greedy
    /// A whole quota at each period's end.
    case interval
}

/// Where a fixed window begins.
public enum WindowAlignment: String, CaseIterable, Sendable {
    /// With the first call that spends.
    case firstHit = "first_hit"
    /// At multiples of the period since the Unix epoch.
    case clock
}
