/// The ranges that all kinds of policies share.
public enum Bounds {
    /// Quotas, bursts, sizes and counts.
    public static let counts: ClosedRange<Int64> = 1...1_000_000_000
    /// Costs, which may be nothing.
    public static let costs: ClosedRange<Int64> = 0...1_000_000_000
    /// Periods and windows: a millisecond to 366 days.
    public static let periodsMilliseconds: ClosedRange<Int64> = 1...(366 * 86_400_000)
    /// The longest that a call may wait for its answer: a minute.
    public static let waitsMilliseconds: ClosedRange<Int64> = 0...60_000
    /// Limits that must all pass; each costs every decision a little.
    public static let limitsPerTier = 8
    /// Tiers of a limiter; enough for one a customer of a small house.
    public static let tiersPerLimiter = 1000
    /// How far a manual clock is moved at once: a hundred years.
    public static let advanceMilliseconds: Int64 = 100 * 366 * 86_400_000
}
