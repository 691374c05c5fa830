import Resilience

/// What is told of a rate that adapts.
public struct RateFigures: Sendable {
    /// The present rate, in tokens a second.
    public let perSecond: Double
    /// How many durations it is judged by.
    public let samples: Int

    init(_ rate: AdaptiveRate, _ spec: RateAdaptation) {
        perSecond = rate.perSecond(spec)
        samples = rate.samples
    }
}
