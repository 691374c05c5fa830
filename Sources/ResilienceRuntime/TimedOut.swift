public import Resilience

/// That a call was cancelled, because it took longer than it was waited for.
public struct TimedOut: Error, Equatable, CustomStringConvertible {
    /// How long it was waited for.
    public let timeout: Timespan

    init(after timeout: Timespan) { self.timeout = timeout }

    public var description: String { "timed out after \(timeout.millisecondsRoundedUp) ms" }
}
