/// The delay after one failed attempt, told in advance.
public struct ScheduledDelay: Equatable, Sendable {
    /// The attempt that failed.
    public let attempt: Int64
    /// The delay without jitter; of a decorrelated one the shortest.
    public let delay: Timespan
    /// The shortest with jitter.
    public let shortest: Timespan
    /// The longest with jitter; of decorrelated ones, when all before were as long as can be.
    public let longest: Timespan
}

extension RetryPolicy {
    /// The delays after each attempt that another may follow; the first hundred of them.
    public var schedule: [ScheduledDelay] {
        var longest: Timespan?
        return (1...Int64(Bounds.scheduledDelays)).prefix { $0 < maximumAttempts }.map { attempt in
            let backoff = backoff(after: attempt)
            let spread = spread(backoff, previous: longest)
            longest = spread.delay(at: 1)
            return ScheduledDelay(
                attempt: attempt, delay: .milliseconds(backoff.milliseconds),
                shortest: spread.delay(at: 0), longest: spread.delay(at: 1))
        }
    }
}
