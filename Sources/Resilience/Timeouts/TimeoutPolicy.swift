/// The spec of a timeout: how long a call is waited for.
///
/// The caller does the waiting. With ``adaptive`` the timeout follows how long calls take, as soon
/// as enough of them were reported.
public struct TimeoutPolicy: PolicySpec {
    /// How long a call is waited for, where it is told.
    private var timeoutTold: Timespan?
    /// How the timeout follows the calls; nil when it does not.
    public var adaptive: TimeoutAdaptation?

    public init() {}

    /// How long a call is waited for, as long as nothing better is known.
    public var timeout: Timespan {
        get { timeoutTold ?? .zero }
        set { timeoutTold = newValue }
    }

    public static let fields: [Field<TimeoutPolicy>] = [
        Field(
            "timeout_ms", \.timeoutTold, .milliseconds(Bounds.periodsMilliseconds),
            variable: "TIMEOUT_HTTP_REQUEST", "How long a call is waited for."),
        Field(
            "adaptive", \.adaptive, .object, showsNull: true,
            "How the timeout follows how long calls take."),
    ]

    public static let decisiveMembers: Set<String>? = []

    /// The timeout is required of the spec with its preset, and so not of the spec alone.
    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if timeoutTold == nil { reader.fault(pointer.appending("timeout_ms"), "is required") }
    }
}

/// How a timeout follows how long calls take.
public struct TimeoutAdaptation: SpecObject {
    /// Which part of the calls is to be waited for long enough.
    public var percentile = 0.95
    /// How many times as long as that a call is waited for.
    public var multiplier = 2.0
    /// The shortest timeout.
    public var minimum = Timespan.milliseconds(10)
    /// The longest timeout.
    public var maximum = Timespan.milliseconds(300_000)
    /// How many calls must have been reported first.
    public var minimumSamples: Int64 = 10

    public init() {}

    public static let fields: [Field<TimeoutAdaptation>] = [
        Field(
            "percentile", \.percentile, .number(Bounds.rates, isOpen: true),
            "Which part of the calls is to be waited for long enough."),
        Field(
            "multiplier", \.multiplier, .number(Bounds.multipliers),
            "How many times as long as that a call is waited for."),
        Field(
            "min_ms", \.minimum, .milliseconds(Bounds.periodsMilliseconds),
            "The shortest timeout that comes of it."),
        Field(
            "max_ms", \.maximum, .milliseconds(Bounds.periodsMilliseconds),
            "The longest timeout that comes of it."),
        Field(
            "minimum_samples", \.minimumSamples, .integer(1...Int64(Bounds.timeoutSamples)),
            "How many calls must have been reported; until then `timeout_ms` stands."),
    ]

    public static let decisiveMembers: Set<String>? = ["min_ms", "max_ms"]

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if minimum > maximum {
            reader.fault(
                pointer.appending("min_ms"), "must be at most max_ms (\(maximum.milliseconds))")
        }
    }

    /// The timeout that comes of how long calls took; nil while too few of them are known.
    func timeout(of samples: SampleWindow) -> Timespan? {
        guard samples.count >= minimumSamples, let duration = samples.percentile(percentile) else {
            return nil
        }
        // In whole numbers: as doubles, 1.1 times 10 ms would be 12 ms when rounded up.
        let unit = Int128(1.0.billionths) * 1_000_000
        let product = Int128(duration.nanoseconds) * Int128(multiplier.billionths)
        let milliseconds = (product + unit - 1) / unit
        let longest = Int128(maximum.milliseconds)
        return max(minimum, .milliseconds(Int64(min(milliseconds, longest))))
    }
}

extension Kind {
    /// How long a call may take.
    public static let timeout = Kind(singular: "timeout", plural: "timeouts")
}

extension TimeoutPolicy {
    public static let kind = Kind.timeout

    public static let events = TimeoutEvent.names

    public static let guardMember: GuardMember? = GuardMember(
        "timeout", order: 60, hasKey: false,
        "The timeout policy that says how long a call may take.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("`adaptive`", TimeoutAdaptation.self)
        ]
    }
}

/// What can happen to a timeout.
public enum TimeoutEvent: String, EventName {
    case reset

    public static let family = Kind.timeout.singular
}

extension TimeoutPolicy {
    public static let presets = [
        preset("production", seconds: 30, "Waits 30 s: room for a slow answer under load"),
        preset("development", seconds: 10, "Waits 10 s: what hangs is seen soon"),
    ]

    private static func preset(_ name: String, seconds: Int64, _ summary: String) -> Preset {
        Preset(
            name,
            summary + ", as the \(name) settings of the libraries that this server replaces.",
            ["timeout_ms": .integer(seconds * 1000)])
    }
}

extension Bounds {
    /// Calls whose durations a timeout remembers: enough that the highest percentile in use, the
    /// 99.9th, is the duration of a call that was made.
    public static let timeoutSamples = 1000
}
