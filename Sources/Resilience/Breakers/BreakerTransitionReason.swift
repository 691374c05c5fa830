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
