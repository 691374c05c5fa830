/// How a limiter moves its rate by how long calls take.
public struct RateAdaptation: SpecObject {
    /// The rate that it starts with, in tokens a second.
    public var initialPerSecond = 0.0
    /// The lowest rate, in tokens a second.
    public var minPerSecond = 0.0
    /// The highest rate, in tokens a second.
    public var maxPerSecond = 0.0
    /// How long calls should take.
    public var targetLatency = Timespan.zero
    /// How many calls are looked at.
    public var windowSize: Int64 = 100

    public init() {}

    public static let fields: [Field<RateAdaptation>] = [
        Field(
            "initial_per_second", \.initialPerSecond, .number(Bounds.ratesPerSecond),
            isRequired: true, "The rate that it starts with, in tokens a second."),
        Field(
            "min_per_second", \.minPerSecond, .number(Bounds.ratesPerSecond), isRequired: true,
            "The lowest rate."),
        Field(
            "max_per_second", \.maxPerSecond, .number(Bounds.ratesPerSecond), isRequired: true,
            "The highest rate."),
        Field(
            "target_latency_ms", \.targetLatency,
            .milliseconds(1...Bounds.durationsMilliseconds.upperBound), isRequired: true,
            "How long calls should take: the rate falls when their 95th percentile is above 1.2 "
                + "times as long, and rises when it is below 0.8 times."),
        Field(
            "window_size", \.windowSize,
            .integer(Bounds.sampleWindows, reason: "each duration of the window is remembered"),
            "How many of the last calls are looked at, each time that half as many have come."),
    ]

    public static let decisiveMembers: Set<String>? = [
        "initial_per_second", "min_per_second", "max_per_second",
    ]

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if minPerSecond > maxPerSecond {
            reader.fault(
                pointer.appending("min_per_second"),
                "must be at most max_per_second, which is \(maxPerSecond)")
        } else if initialPerSecond != bounded(initialPerSecond) {
            reader.fault(
                pointer.appending("initial_per_second"),
                "must be between min_per_second and max_per_second, "
                    + "which are \(minPerSecond) and \(maxPerSecond)")
        }
    }

    /// The nearest rate within the bounds.
    func bounded(_ perSecond: Double) -> Double { min(max(perSecond, minPerSecond), maxPerSecond) }
}
