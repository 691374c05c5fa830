/// The spec of a breaker: when calls stop being let through, and how they are tried again.
///
/// A closed breaker lets every call through and counts how they went in its window. When the
/// window says so it opens, and denies every call until its open duration is over. Then it is
/// half-open: a few probes are let through, and decide whether it closes or opens again.
public struct BreakerPolicy: PolicySpec {
    /// Which calls it judges by.
    public var window = BreakerWindowSpec()
    /// How many calls there must be before rates count; nil for failures in a row.
    public var minimumCalls: Int64?
    /// The share of failures that opens it; nil for failures in a row.
    public var failureRateThreshold: Double?
    /// The number of failures, or of failures in a row, that opens it.
    public var failureThreshold: Int64?
    /// A call that takes longer is slow; nil when none is.
    public var slowCallDuration: Timespan?
    /// The share of slow calls that opens it; nil for failures in a row.
    public var slowCallRateThreshold: Double?
    /// How long it stays open.
    public var openDuration = Timespan.seconds(30)
    /// How much longer it stays open each time that it opens again from half-open.
    public var openMultiplier = 1.0
    /// How long it stays open at most.
    public var maximumOpenDuration: Timespan?
    /// How many probes are out at once.
    public var halfOpenPermits: Int64 = 3
    /// How many successful probes close it.
    public var successThreshold: Int64 = 2
    /// How long a probe may take to be settled.
    public var probeTimeout = Timespan.seconds(30)
    /// What becomes of a breaker with a probe that was not settled in time.
    public var onProbeTimeout = ProbeTimeoutAction.reopen
    /// Whether it half-opens when its time has come, without a call.
    public var automaticHalfOpen = false
    /// How many reporters the failures that open it must come from.
    public var minimumReporters: Int64 = 1
    /// How long a key is remembered that nobody asks or tells about.
    public var keyIdle = Timespan.days(7)

    public init() { window.fillDependentDefaults() }

    public static let decisiveMembers: Set<String>? = ["window", "open_duration_ms"]

    public mutating func fillDependentDefaults() {
        window.fillDependentDefaults()
        switch window.type {
        case .consecutive: failureThreshold = failureThreshold ?? 5
        case .count, .time:
            minimumCalls = minimumCalls ?? min(10, window.size ?? 10)
            failureRateThreshold = failureRateThreshold ?? 0.5
            slowCallRateThreshold = slowCallRateThreshold ?? 1
        }
        maximumOpenDuration = maximumOpenDuration ?? max(.seconds(300), openDuration)
    }

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if window.type == .consecutive {
            let refused = [
                ("minimum_calls", minimumCalls != nil),
                ("failure_rate_threshold", failureRateThreshold != nil),
                ("slow_call_rate_threshold", slowCallRateThreshold != nil),
            ]
            for (name, isGiven) in refused where isGiven {
                reader.fault(pointer.appending(name), "needs a window of type count or time")
            }
        }
        if let size = window.size, let minimumCalls, minimumCalls > size {
            reader.fault(
                pointer.appending("minimum_calls"), "must be at most the window's size (\(size))")
        }
        if let longest = maximumOpenDuration, longest < openDuration {
            reader.fault(
                pointer.appending("max_open_duration_ms"),
                "must be at least open_duration_ms (\(openDuration.milliseconds))")
        }
    }

    /// How long it stays open after it has opened again so many times.
    public func openDuration(reopened times: Int64) -> Timespan {
        let longest = maximumOpenDuration ?? max(.seconds(300), openDuration)
        return .milliseconds(
            Growth(
                openDuration.milliseconds, times: openMultiplier, to: times,
                atMost: longest.milliseconds
            ).milliseconds)
    }
}

/// What becomes of a half-open breaker when a probe is not settled in time.
public enum ProbeTimeoutAction: String, CaseIterable, Sendable {
    /// It opens again, for as long as it was open before.
    case reopen
    /// The probe's place is free again, and nothing else changes.
    case release
}

extension Kind {
    /// When calls stop being let through.
    public static let breaker = Kind(singular: "breaker", plural: "breakers")
}

extension BreakerPolicy {
    public static let kind = Kind.breaker

    public static let events = BreakerEvent.names

    public static let guardMember: GuardMember? = GuardMember(
        "breaker", order: 30, hasKey: true, "The breaker that a call passes.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("the window", BreakerWindowSpec.self)
        ]
    }
}

/// What happened to a breaker, as events call it after the kind.
public enum BreakerEvent: String, EventName {
    case opened
    case halfOpened = "half_opened"
    case closed
    case forcedOpen = "forced_open"
    case forcedClosed = "forced_closed"
    case released
    case reset
    case probeExpired = "probe_expired"

    public static let family = Kind.breaker.singular
}

extension BreakerPolicy {
    public static let presets = [
        consecutive(
            "production", failures: 5, openMs: 60_000,
            "Opens after 5 failures in a row, for a minute: patient with a single bad answer, as "
                + "the production settings of the libraries that this server replaces."),
        consecutive(
            "development", failures: 3, openMs: 30_000,
            "Opens after 3 failures in a row, for half a minute: quick to see at work, as the "
                + "development settings of the libraries that this server replaces."),
    ]

    private static func consecutive(
        _ name: String, failures: Int64, openMs: Int64, _ summary: String
    ) -> Preset {
        Preset(
            name, summary,
            [
                "window": ["type": "consecutive"], "failure_threshold": .integer(failures),
                "open_duration_ms": .integer(openMs),
            ])
    }
}

extension Bounds {
    /// Reporters remembered of one key; the most recent are kept.
    public static let reporters = 64
    /// Probes of one key that are out at once; each is remembered, in sixteen bytes, and written
    /// with the state.
    public static let probes = 10_000
    /// Calls in a breaker's count window: to be exact it remembers up to three bits of each, which
    /// is at most 375 kB a key; where few calls fail or are slow it is half a kilobyte for each
    /// that does, and nothing without any.
    public static let callWindows: ClosedRange<Int64> = 1...1_000_000
}
