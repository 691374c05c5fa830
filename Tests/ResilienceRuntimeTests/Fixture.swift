import Resilience
import ResilienceRuntime
import Synchronization

/// What has happened in a test, in order, whoever says so.
final class Log<Entry: Sendable>: Sendable {
    private let entries = Mutex<[Entry]>([])

    /// Adds an entry.
    func add(_ entry: Entry) { entries.withLock { $0.append(entry) } }

    /// The entries so far.
    var all: [Entry] { entries.withLock { $0 } }
}

/// How many do something at once, and how many did at most.
final class Crowd: Sendable {
    private let counts = Mutex((present: 0, most: 0))

    /// One comes.
    func enter() {
        counts.withLock { counts in
            counts.present += 1
            counts.most = max(counts.most, counts.present)
        }
    }

    /// One goes.
    func leave() { counts.withLock { $0.present -= 1 } }

    /// The most that were there at once.
    var most: Int { counts.withLock(\.most) }
}

/// An error of a target.
struct Flaky: Error {}

/// Another error of a target.
struct Wrong: Error {}

extension Limiter {
    /// A limiter of so many a second.
    convenience init(quota: Int64, maximumKeys: Int = 10, _ clock: any RuntimeClock) throws {
        let policy = try LimiterPolicy {
            $0.limits = [LimitSpec(quota: quota, period: .seconds(1))]
        }
        self.init("calls", policy, maximumKeys: maximumKeys, clock: clock)
    }
}

extension Breaker {
    /// A breaker that opens at so many failures in a row, for ten seconds.
    convenience init(
        threshold: Int64, maximumKeys: Int = 10, permits: Int64 = 2, _ clock: any RuntimeClock
    ) throws {
        let policy = try BreakerPolicy {
            $0.window = .consecutive
            $0.failureThreshold = threshold
            $0.openDuration = .seconds(10)
            $0.halfOpenPermits = permits
        }
        self.init("target", policy, maximumKeys: maximumKeys, clock: clock)
    }
}

extension Bulkhead {
    /// A bulkhead of so many slots, with a line of that length.
    convenience init(
        slots: Int64, queue: Int64 = 0, wait: Timespan = .seconds(1), maximumKeys: Int = 10,
        _ clock: any RuntimeClock
    ) throws {
        let policy = try BulkheadPolicy {
            $0.maximumConcurrent = slots
            $0.maximumQueue = queue
            $0.maximumWait = wait
        }
        self.init("database", policy, maximumKeys: maximumKeys, clock: clock)
    }
}

extension RetryPolicy {
    /// So many attempts, 100 ms apart and then twice as long each time, after `Flaky` errors.
    static func attempts(_ count: Int64) throws -> RetryPolicy {
        try RetryPolicy {
            $0.maximumAttempts = count
            $0.jitter = .off
            $0.retryOn = FailureTypes(statuses: [503], errors: ["Flaky", "timeout"])
        }
    }
}

/// Waits until something is so that other tasks bring about without a clock.
func until(_ isSo: () -> Bool) async {
    while !isSo() { await Task.yield() }
}
