/// The one rate of a limiter that adapts, moved by how long calls take.
///
/// Each time that half a window of durations has come, the 95th percentile of the last window is
/// looked at: far above the target the rate falls by a tenth, far below it rises by a twentieth.
/// The steps are those of additive-increase schemes made relative, so that they fit any rate.
public struct AdaptiveRate: Equatable, Sendable {
    /// The rate as it was moved last, in tokens a second.
    private var perSecond: Double
    /// When it was moved last.
    public private(set) var movedAt: Instant
    /// The last durations.
    private var window: SampleWindow
    /// How many came since the window was looked at.
    private var unseen: Int64 = 0

    /// The rate that a limiter starts with.
    public init(_ spec: RateAdaptation, at now: Instant) {
        perSecond = spec.initialPerSecond
        movedAt = now
        window = SampleWindow(capacity: Int(spec.windowSize))
    }

    /// The rate in tokens a second, within the bounds that hold now.
    public func perSecond(_ spec: RateAdaptation) -> Double { spec.bounded(perSecond) }

    /// How many durations are held.
    public var samples: Int { window.count }

    /// Records how long a call took.
    ///
    /// - Returns: Whether the rate was moved.
    @discardableResult
    public mutating func record(
        _ duration: Timespan, _ spec: RateAdaptation, at now: Instant
    ) -> Bool {
        if window.capacity != Int(spec.windowSize) {
            window = SampleWindow(capacity: Int(spec.windowSize), samples: window.samples)
        }
        window.add(duration)
        unseen += 1
        guard unseen >= max(1, spec.windowSize / 2) else { return false }
        unseen = 0
        let present = self.perSecond(spec)
        let next = spec.bounded(present * factor(spec))
        guard next != present else { return false }
        perSecond = next
        movedAt = now
        return true
    }

    /// What the rate is to be multiplied by. A fifth is told exactly in whole numbers.
    private func factor(_ spec: RateAdaptation) -> Double {
        guard let percentile = window.percentile(0.95) else { return 1 }
        let (fifths, target) = (
            5 * Int128(percentile.nanoseconds), Int128(spec.targetLatency.nanoseconds)
        )
        if fifths > 6 * target { return 0.9 }
        return fifths < 4 * target ? 1.05 : 1
    }
}

extension AdaptiveRate: Snapshot {
    public var snapshot: JSONValue {
        [
            "per_second": .number(perSecond), "moved_at": .integer(movedAt.nanoseconds),
            "window": window.snapshot, "unseen": .integer(unseen),
        ]
    }

    public var snapshotSize: Int { 128 + 12 * samples }

    public init?(snapshot: JSONValue) {
        guard let document = snapshot.object, let perSecond = document["per_second"]?.number,
            Bounds.ratesPerSecond.contains(perSecond),
            let movedAt = document["moved_at"]?.integer,
            let window = document["window"].flatMap(SampleWindow.init(snapshot:)),
            let unseen = document["unseen"]?.integer, Bounds.costs.contains(unseen)
        else { return nil }
        self.perSecond = perSecond
        self.movedAt = Instant(nanoseconds: movedAt)
        self.window = window
        self.unseen = unseen
    }
}

extension Limit {
    /// The limit of a rate in tokens a second, to a thousandth, or of more than a million to one.
    public init(perSecond: Double, burst: Int64) {
        let seconds: Int64 = perSecond <= 1_000_000 ? 1000 : 1
        let quota = Int64((perSecond * Double(seconds)).rounded())
        self.init(.greedy, quota: max(1, quota), capacity: burst, period: .seconds(seconds))
    }
}

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
