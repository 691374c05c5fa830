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
