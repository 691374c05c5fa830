/// All that is told of a breaker: what it would answer, and the figures behind it.
public struct BreakerView: Equatable, Sendable {
    /// Where it stands in effect: an open one whose time is over is half-open, as the next call
    /// will find it.
    public let position: BreakerPosition
    /// Since when it stands there.
    public let since: Instant
    /// The generation.
    public let generation: Int64
    /// The no that a call would get now; nil when it would be allowed.
    public let denial: BreakerDenial?
    /// What it judges by.
    public let figures: BreakerFigures
    /// How many probes are out.
    public let probesInFlight: Int64
    /// How many probes have succeeded since it half-opened.
    public let probeSuccesses: Int64
    /// How many probes may be out at once.
    public let halfOpenPermits: Int64
    /// How often it has opened.
    public let timesOpened: Int64
    /// When a call last failed.
    public let lastFailureAt: Instant?
    /// Until when it is forced; nil when it is not, or for good.
    public let forcedUntil: Instant?

    /// Whether a call would be allowed now.
    public var wouldAllow: Bool { denial == nil }
}

extension BreakerState {
    /// All that is told of the breaker at `now`; nothing is changed by looking.
    public func view(_ policy: BreakerPolicy, at now: Instant) -> BreakerView {
        var state = self
        _ = state.advance(policy, to: now)
        let halfOpenSince = state.halfOpensAt(policy).flatMap { $0 <= now ? $0 : nil }
        return BreakerView(
            position: halfOpenSince == nil ? state.position : .halfOpen,
            since: halfOpenSince ?? state.since, generation: state.generation,
            denial: halfOpenSince == nil ? state.denial(policy, at: now) : nil,
            figures: state.figures(policy, at: now), probesInFlight: Int64(state.probes.count),
            probeSuccesses: state.probeSuccesses, halfOpenPermits: policy.halfOpenPermits,
            timesOpened: state.timesOpened, lastFailureAt: state.lastFailureAt,
            forcedUntil: state.forcedUntil)
    }

    /// Where the breaker stands in effect, time being advanced to `now`.
    func effectivePosition(_ policy: BreakerPolicy, at now: Instant) -> BreakerPosition {
        halfOpensAt(policy).map { $0 <= now } == true ? .halfOpen : position
    }
}

/// What a breaker judges by: those of its window, or of the moment in which it ceased to be closed.
public struct BreakerFigures: Equatable, Sendable {
    /// The counts.
    public let counts: BreakerCounts
    /// The share of failures; nil below the minimum of calls, and for failures in a row.
    public let failureRate: Double?
    /// The share of slow calls; nil where none is slow, and where ``failureRate`` is.
    public let slowRate: Double?
    /// The failures in a row.
    public let consecutiveFailures: Int64

    init(_ counts: CallCounts, row: Int64, ignored: Int64, denied: Int64, _ policy: BreakerPolicy) {
        self.counts = BreakerCounts(
            total: counts.total, successes: counts.successes, failures: counts.failures,
            timeouts: counts.timeouts, slow: counts.slow, ignored: ignored, denied: denied)
        let total = Double(counts.total)
        let hasRates = counts.total > 0 && policy.minimumCalls.map { counts.total >= $0 } == true
        failureRate = hasRates ? Double(counts.failures) / total : nil
        slowRate = hasRates && policy.slowCallDuration != nil ? Double(counts.slow) / total : nil
        consecutiveFailures = row
    }
}

/// How many calls a breaker has seen, by how they went.
public struct BreakerCounts: Equatable, Sendable {
    /// Those that succeeded or failed, in the window.
    public let total: Int64
    /// Those that succeeded.
    public let successes: Int64
    /// Those that failed, timeouts included.
    public let failures: Int64
    /// Those that failed because no answer came in time.
    public let timeouts: Int64
    /// Those that took too long, however they went.
    public let slow: Int64
    /// Those reported as neither, since the window began empty.
    public let ignored: Int64
    /// Those denied since the window began empty.
    public let denied: Int64

    /// The counts as a document.
    public var document: JSONObject {
        [
            "total": .integer(total), "successes": .integer(successes),
            "failures": .integer(failures), "timeouts": .integer(timeouts), "slow": .integer(slow),
            "ignored": .integer(ignored), "denied": .integer(denied),
        ]
    }
}
