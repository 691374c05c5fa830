import Resilience

/// The bounds of the runtime, each with its reason.
public enum RuntimeLimits {
    /// Keys that a part keeps states for, unless it is told otherwise: enough for the hosts or
    /// customers of one program, at some hundred bytes each.
    public static let keys = 10_000
    /// Idle states are looked for when there are at least so many keys.
    static let keysKeptUnswept = 64
    /// A part that is full looks for idle states at most so often: each look costs O(n).
    static let sweepInterval = Timespan.seconds(1)
    /// How long a slot may be held: as long as the call. Whoever is in cannot be lost without the
    /// process, so a lease that ended sooner would only let in more calls than may be.
    static let lease = Timespan.milliseconds(Bounds.periodsMilliseconds.upperBound)
}
