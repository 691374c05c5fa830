/// One limit as a spec has it: so many per period.
public struct LimitSpec: SpecObject {
    /// How many a period.
    public var quota: Int64 = 60
    /// How long a period is; nil with a calendar window.
    public var period: Timespan?
    /// The calendar window that stands instead of a period.
    public var calendar: CalendarUnit?
    /// How many tokens a bucket holds at most, or how many slots may be ahead.
    public var burst: Int64?

    public init() {}

    /// So many a period; a bucket holds as many as `burst`, or as the quota.
    public init(quota: Int64, period: Timespan, burst: Int64? = nil) {
        (self.quota, self.period, self.burst) = (quota, period, burst)
    }

    public static let fields: [Field<LimitSpec>] = [
        Field("quota", \.quota, .integer(Bounds.counts), "How many a period."),
        Field(
            "period_ms", \.period, .milliseconds(Bounds.periodsMilliseconds),
            defaultNote: "60000, where there is no `calendar`", "How long a period is."),
        Field(
            "calendar", \.calendar, .choice,
            "A window of the UTC calendar instead of a period; for fixed windows."),
        Field(
            "burst", \.burst, .integer(Bounds.counts),
            defaultNote: "`quota`, and 1 for `leaky_bucket`", variable: "RATE_LIMIT_BURST_SIZE",
            "How many a bucket holds at most; for token and leaky buckets."),
    ]

    public static let decisiveMembers: Set<String>? = []

    public mutating func fillDependentDefaults() {
        if calendar == nil, period == nil { period = .milliseconds(60_000) }
    }

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if calendar != nil, period != nil {
            reader.fault(pointer.appending("period_ms"), "cannot stand beside calendar")
        }
    }

    /// The limit with the defaults that depend on the algorithm.
    func completed(for algorithm: LimiterAlgorithm) -> LimitSpec {
        var limit = self
        limit.burst = algorithm.burst(of: self) ?? burst
        return limit
    }

    /// Notes what does not go with the algorithm: it would be ignored, and nothing should be.
    func check(
        for algorithm: LimiterAlgorithm, at pointer: JSONPointer, _ reader: inout SpecReader
    ) {
        if calendar != nil, algorithm != .fixedWindow {
            reader.fault(pointer.appending("calendar"), "needs algorithm fixed_window")
        }
        if burst != nil, !algorithm.hasBurst {
            reader.fault(
                pointer.appending("burst"), "needs algorithm token_bucket or leaky_bucket")
        }
    }
}
