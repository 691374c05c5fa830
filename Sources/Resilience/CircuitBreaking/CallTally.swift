/// How many calls went how.
struct CallTally: Equatable, Sendable {
    var successes: Int64 = 0
    /// Those that failed, timeouts included.
    var failures: Int64 = 0
    var timeouts: Int64 = 0
    var slow: Int64 = 0

    var total: Int64 { successes + failures }

    mutating func add(_ kind: CallKind, _ count: Int64) {
        if kind.outcome.isFailure { failures += count } else { successes += count }
        if kind.outcome == .timeout { timeouts += count }
        if kind.isSlow { slow += count }
    }

    static func + (left: Self, right: Self) -> CallTally {
        CallTally(
            successes: left.successes + right.successes, failures: left.failures + right.failures,
            timeouts: left.timeouts + right.timeouts, slow: left.slow + right.slow)
    }
}
