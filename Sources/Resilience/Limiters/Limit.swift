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
