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
    public let rejected: Int64

    /// The counts as a document.
    public var document: JSONObject {
        [
            "total": .integer(total), "successes": .integer(successes),
            "failures": .integer(failures), "timeouts": .integer(timeouts), "slow": .integer(slow),
            "ignored": .integer(ignored), "rejected": .integer(rejected),
        ]
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

    init(_ tally: CallTally, row: Int64, ignored: Int64, rejected: Int64, _ policy: BreakerPolicy) {
        counts = BreakerCounts(
            total: tally.total, successes: tally.successes, failures: tally.failures,
            timeouts: tally.timeouts, slow: tally.slow, ignored: ignored, rejected: rejected)
        let total = Double(tally.total)
        let hasRates = tally.total > 0 && policy.minimumCalls.map { tally.total >= $0 } == true
        failureRate = hasRates ? Double(tally.failures) / total : nil
        slowRate = hasRates && policy.slowCallDuration != nil ? Double(tally.slow) / total : nil
        consecutiveFailures = row
    }
}
