/// One limit, ready to be counted against.
public struct Limit: Hashable, Sendable {
    /// How a limit lets time pass.
    public enum Pacing: String, Sendable {
        /// A token bucket refilled continuously.
        case greedy
        /// A token bucket refilled by a quota at each period's end.
        case interval
        /// A fixed window that begins with the first call that spends.
        case firstHit = "first_hit"
        /// A fixed window at multiples of the period, or of the calendar.
        case clock
        /// A sliding window.
        case sliding
        /// A queue of even slots.
        case leaky
    }

    /// How it lets time pass.
    public let pacing: Pacing
    /// How many come back each period, or fit a window.
    public let quota: Int64
    /// The most that can be spent at once: a bucket's burst, or a window's quota.
    public let capacity: Int64
    /// The length of a period; zero for a calendar window, whose length varies.
    public let period: Timespan
    /// The calendar window, where it is one.
    public let calendar: CalendarUnit?

    /// A limit of these figures, each in its range.
    public init(
        _ pacing: Pacing, quota: Int64, capacity: Int64, period: Timespan,
        calendar: CalendarUnit? = nil
    ) {
        precondition(quota > 0 && capacity > 0)
        precondition(calendar == nil ? period > .zero : pacing == .clock)
        self.pacing = pacing
        self.quota = quota
        self.capacity = capacity
        self.period = period
        self.calendar = calendar
    }

    /// The limit of a complete spec.
    init(_ spec: LimitSpec, of policy: LimiterPolicy) {
        let pacing: Pacing =
            switch policy.algorithm {
            case .tokenBucket: policy.refill == .greedy ? .greedy : .interval
            case .fixedWindow:
                spec.calendar != nil || policy.align == .clock ? .clock : .firstHit
            case .slidingWindow: .sliding
            case .leakyBucket: .leaky
            }
        let burst = policy.algorithm.burst(of: spec)
        self.init(
            pacing, quota: spec.quota, capacity: burst ?? spec.quota, period: spec.period ?? .zero,
            calendar: spec.calendar)
    }

    /// The most that can be missing at once.
    var mostTaken: Int64 { pacing == .leaky ? 2 * capacity - 1 : capacity }

    /// The window that holds `now`: of the calendar, or counted from the epoch.
    func window(holding now: Instant) -> Range<Instant> {
        calendar?.window(holding: now) ?? CalendarUnit.aligned(now, to: period)
    }

    /// How long the period is that holds `now`.
    func length(at now: Instant) -> Timespan {
        guard calendar != nil else { return period }
        let window = window(holding: now)
        return window.upperBound - window.lowerBound
    }
}

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
