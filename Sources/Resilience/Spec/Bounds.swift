/// The ranges that all kinds of policies share.
public enum Bounds {
    /// Quotas, bursts, sizes and counts.
    public static let counts: ClosedRange<Int64> = 1...1_000_000_000
    /// Costs, which may be nothing.
    public static let costs: ClosedRange<Int64> = 0...1_000_000_000
    /// Periods and windows: a millisecond to 366 days.
    public static let periodsMilliseconds: ClosedRange<Int64> = 1...(366 * 86_400_000)
    /// How long calls took, and delays: up to a year.
    public static let durationsMilliseconds: ClosedRange<Int64> = 0...(366 * 86_400_000)
    /// The longest that a call may wait for its answer: a minute.
    public static let waitsMilliseconds: ClosedRange<Int64> = 0...60_000
    /// Thresholds of rates; zero would always be reached.
    public static let rates: ClosedRange<Double> = 0...1
    /// Rates of so many a second, which may be none.
    public static let perSecond: ClosedRange<Double> = 0...1_000_000_000
    /// How much longer each wait gets than the one before.
    public static let multipliers: ClosedRange<Double> = 1...1_000_000_000
    /// Delays, which may be nothing.
    public static let delaysMilliseconds: ClosedRange<Int64> = 0...(366 * 86_400_000)
    /// A time window is divided into ten slices of whole milliseconds.
    public static let slicedWindowsMilliseconds: ClosedRange<Int64> = 10...(366 * 86_400_000)
    /// Durations of calls that are kept for their percentiles: at sixteen bytes each ten thousand
    /// are a sixth of a megabyte, and adding one still takes microseconds.
    public static let sampleWindows: ClosedRange<Int64> = 1...10_000
    /// Keys that are counted at once to find the heaviest.
    public static let heavyHitters: ClosedRange<Int64> = 1...10_000
    /// Rates a second that are not whole: from one in a thousand seconds to the largest quota.
    public static let ratesPerSecond: ClosedRange<Double> = 0.001...1_000_000_000
    /// How deep a document of a client's own may nest: half of what a request may, so that it can
    /// be told inside other documents, in events, files and batches, and still be read again.
    public static let documentDepth = 32
    /// Addresses, in bytes: what browsers and proxies let pass.
    public static let urlBytes = 2048
    /// What a call says of itself, by name: enough for every part of a guard to have several.
    public static let attributes = 64
    /// A template of keys, in bytes: room for a few names of attributes around a whole key.
    public static let keyTemplateBytes = 1024
    /// How long a permit lives that holds no probe or slot.
    public static let permitLifetime = Timespan.seconds(300)
    /// HTTP statuses.
    public static let statuses: ClosedRange<Int64> = 100...599
    /// How far a manual clock is moved at once: a hundred years.
    public static let advanceMilliseconds: Int64 = 100 * 366 * 86_400_000
}
