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

    init(_ tally: CallTally, row: Int64, ignored: Int64, denied: Int64, _ policy: BreakerPolicy) {
        counts = BreakerCounts(
            total: tally.total, successes: tally.successes, failures: tally.failures,
            timeouts: tally.timeouts, slow: tally.slow, ignored: ignored, denied: denied)
        let total = Double(tally.total)
        let hasRates = tally.total > 0 && policy.minimumCalls.map { tally.total >= $0 } == true
        failureRate = hasRates ? Double(tally.failures) / total : nil
        slowRate = hasRates && policy.slowCallDuration != nil ? Double(tally.slow) / total : nil
        consecutiveFailures = row
    }
}
