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
