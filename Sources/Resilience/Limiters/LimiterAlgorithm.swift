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
