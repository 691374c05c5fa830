/// How many calls went how. Each count stops at ``most``.
struct CallCounts: Equatable, Sendable {
    var successes: Int64 = 0
    /// Those that failed, timeouts included.
    var failures: Int64 = 0
    var timeouts: Int64 = 0
    var slow: Int64 = 0

    var total: Int64 { successes + failures }

    /// What counts come to at most: never reached by calls that are told one by one, and so little
    /// that sums of counts are still numbers.
    static let most: Int64 = 1 << 56

    /// The sum of two counts, at most ``most``.
    static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        min(most, left.addingClamped(right))
    }

    mutating func add(_ kind: CallKind, _ count: Int64) {
        if kind.outcome.isFailure {
            failures = Self.sum(failures, count)
        } else {
            successes = Self.sum(successes, count)
        }
        if kind.outcome == .timeout { timeouts = Self.sum(timeouts, count) }
        if kind.isSlow { slow = Self.sum(slow, count) }
    }

    static func + (left: Self, right: Self) -> CallCounts {
        CallCounts(
            successes: sum(left.successes, right.successes),
            failures: sum(left.failures, right.failures),
            timeouts: sum(left.timeouts, right.timeouts), slow: sum(left.slow, right.slow))
    }
}

/// What is remembered of one call.
struct CallKind: Equatable, Sendable {
    /// Success, failure or timeout.
    let outcome: Outcome
    let isSlow: Bool

    /// Success, failure, timeout; each when not slow, and then when slow.
    static let all = [false, true].flatMap { isSlow in
        [Outcome.success, .failure, .timeout].map { CallKind(outcome: $0, isSlow: isSlow) }
    }
}

/// The calls of the last so long.
typealias TimeWindow = SlicedWindow<CallCounts>

extension CallCounts: SliceCounts {}

extension TimeWindow {
    /// Adds so many calls of one kind.
    mutating func add(_ kind: CallKind, _ count: Int64, at now: Instant) {
        self.count(at: now) { $0.add(kind, count) }
    }
}
