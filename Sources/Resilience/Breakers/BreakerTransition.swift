/// That a breaker changed: from where to where, why, and what it saw at that moment. A probe whose
/// place is free again, its time being over, leaves it where it is.
public struct BreakerTransition: Equatable, Sendable {
    /// Where it stood.
    public let from: BreakerPosition
    /// Where it stands.
    public let to: BreakerPosition
    /// Why.
    public let reason: BreakerTransitionReason
    /// When; what is found overdue happened before it was found.
    public let at: Instant
    /// The generation that began.
    public let generation: Int64
    /// The figures of that moment, before anything was emptied.
    public let figures: BreakerFigures
    /// How long it is to stay open, when it opened.
    public let openDuration: Timespan?
    /// Until when it is held there, when someone said so.
    public let forcedUntil: Instant?
    /// The policy that was in force, with its thresholds.
    public let policy: BreakerPolicy

    /// The events that tell of it, in order.
    public var events: [BreakerEvent] {
        switch reason {
        case .reset: return [.reset]
        case .released, .untilPassed: return [.released]
        default: break
        }
        return switch to {
        case .closed: [.closed]
        case .open: reason == .probeExpired ? [.probeExpired, .opened] : [.opened]
        case .halfOpen: reason == .probeExpired ? [.probeExpired] : [.halfOpened]
        case .forcedOpen: [.forcedOpen]
        case .forcedClosed: [.forcedClosed]
        }
    }

    /// What an event holds of it: the counts and the thresholds of that moment.
    public var data: JSONObject {
        [
            "from": .string(from.rawValue), "to": .string(to.rawValue),
            "reason": .string(reason.rawValue), "generation": .integer(generation),
            "failure_rate": figures.failureRate.map { .number($0) } ?? .null,
            "slow_rate": figures.slowRate.map { .number($0) } ?? .null,
            "counts": .object(figures.counts.document),
            "consecutive_failures": .integer(figures.consecutiveFailures),
            "open_for_ms": JSONValue(openDuration?.milliseconds),
            "forced_until_at": JSONValue(forcedUntil?.timestamp),
            "thresholds": .object(policy.document),
        ]
    }
}

/// Why a breaker changed.
public enum BreakerTransitionReason: String, Sendable {
    /// Enough failures in a row.
    case consecutiveFailures = "consecutive_failures"
    /// Too large a share of failures.
    case failureRate = "failure_rate"
    /// Too many failures.
    case failures
    /// Too large a share of slow calls.
    case slowRate = "slow_rate"
    /// The open duration is over.
    case openDurationOver = "open_duration_over"
    /// Enough probes succeeded.
    case probesSucceeded = "probes_succeeded"
    /// A probe failed.
    case probeFailed = "probe_failed"
    /// A probe was slow.
    case probeSlow = "probe_slow"
    /// A probe was not settled in time.
    case probeExpired = "probe_expired"
    /// Someone put it there.
    case manual
    /// Someone handed it back.
    case released
    /// The time that it was put there for is over.
    case untilPassed = "until_passed"
    /// Someone set it back to the beginning.
    case reset
}
