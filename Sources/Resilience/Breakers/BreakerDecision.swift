/// A breaker's answer to one call.
public struct BreakerDecision: Equatable, Sendable {
    /// The no; nil when the call is allowed.
    public let denial: BreakerDenial?
    /// Where the breaker stands after the call.
    public let position: BreakerPosition
    /// What the outcome is settled with. A denied call has one too, for breakers in shadow mode,
    /// which let it through; its outcome is not counted.
    public let permit: BreakerPermit
    /// What became of the breaker, in order: what was overdue, then what the call caused.
    public let transitions: [BreakerTransition]

    /// Whether the breaker lets the call through.
    public var isAllowed: Bool { denial == nil }
    /// The generation after the call.
    public var generation: Int64 { permit.generation }
}

/// A breaker's no.
public struct BreakerDenial: Equatable, Sendable {
    /// Why.
    public let reason: BreakerDenialReason
    /// The shortest wait after which a call would be allowed; nil when that cannot be told.
    public let retryAfter: Timespan?

    /// A no for that reason.
    public init(_ reason: BreakerDenialReason, retryAfter: Timespan?) {
        self.reason = reason
        self.retryAfter = retryAfter
    }
}

/// Why a breaker says no.
public enum BreakerDenialReason: String, Sendable {
    case open
    case forcedOpen = "forced_open"
    case probesInFlight = "probes_in_flight"
}

/// What the outcome of an allowed call is settled with.
public struct BreakerPermit: Equatable, Sendable {
    /// The generation of the breaker when the call was allowed; an outcome of another one says
    /// nothing about the present state.
    public let generation: Int64
    /// The probe that the call is, when the breaker was half-open.
    public let probe: UInt64?
    /// From when on it is too late.
    public let expiresAt: Instant
    /// Who asked, and reports when the outcome names nobody.
    public let reporter: String?

    /// A permit of these parts, as one was given before.
    public init(generation: Int64, probe: UInt64?, expiresAt: Instant, reporter: String? = nil) {
        self.generation = generation
        self.probe = probe
        self.expiresAt = expiresAt
        self.reporter = reporter
    }
}

/// A breaker's answer to an outcome.
public struct BreakerAnswer: Equatable, Sendable {
    /// Why it was not counted; nil when it was.
    public let reason: UncountedReason?
    /// Where the breaker stands then.
    public let position: BreakerPosition
    /// What the outcome caused.
    public let transition: BreakerTransition?
    /// What had been overdue before, in order.
    public let overdue: [BreakerTransition]

    /// Whether it was counted.
    public var isCounted: Bool { reason == nil }
    /// All that became of the breaker, in order.
    public var transitions: [BreakerTransition] { overdue + (transition.map { [$0] } ?? []) }
}
