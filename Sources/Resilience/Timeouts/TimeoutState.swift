/// How long the last calls under a timeout took.
public struct TimeoutState: Equatable, Sendable {
    /// Their durations.
    public private(set) var samples = SampleWindow(capacity: Bounds.timeoutSamples)

    public init(at now: Instant) {}

    /// Records how long a call took. One that says nothing of its target is left out.
    ///
    /// A call that was given up counts with the time until then: it would have taken longer.
    ///
    /// - Returns: Whether it was counted.
    @discardableResult
    public mutating func record(_ outcome: Outcome, _ duration: Timespan) -> Bool {
        guard outcome != .ignored else { return false }
        samples.add(duration)
        return true
    }

    /// Whether it is that of a timeout under which no call was made.
    public var isFresh: Bool { samples.count == 0 }
}

extension TimeoutState: Snapshot {
    public var snapshot: JSONValue { ["samples": samples.snapshot] }

    public var snapshotSize: Int { 32 + 12 * samples.count }

    public init?(snapshot: JSONValue) {
        guard let samples = snapshot.object?["samples"].flatMap(SampleWindow.init(snapshot:))
        else { return nil }
        self.samples =
            samples.capacity == Bounds.timeoutSamples
            ? samples : SampleWindow(capacity: Bounds.timeoutSamples, samples: samples.samples)
    }
}

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
