/// All that is told of a timeout.
public struct TimeoutView: Equatable, Sendable {
    /// How long a call is waited for.
    public let timeout: Timespan
    /// What the durations of the calls come to; nil where the timeout does not follow them, or
    /// too few are known.
    public let adapted: Timespan?
    /// How many durations are known.
    public let samples: Int
    /// The duration that half of the calls did not exceed; nil while none is known.
    public let median: Timespan?
    /// The duration that 95 in a hundred did not exceed.
    public let percentile95: Timespan?
    /// The duration that 99 in a hundred did not exceed.
    public let percentile99: Timespan?
}

extension TimeoutState {
    /// What is told of a timeout with that policy.
    ///
    /// - Parameter isFollowed: whether what the calls come to is in force, or only told.
    public func view(_ policy: TimeoutPolicy, isFollowed: Bool = true) -> TimeoutView {
        let adapted = policy.adaptive?.timeout(of: samples)
        return TimeoutView(
            timeout: isFollowed ? adapted ?? policy.timeout : policy.timeout, adapted: adapted,
            samples: samples.count, median: samples.percentile(0.5),
            percentile95: samples.percentile(0.95), percentile99: samples.percentile(0.99))
    }
}
