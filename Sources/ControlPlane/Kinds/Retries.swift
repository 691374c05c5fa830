public import Resilience
import Store

/// The retries at work. They keep no state but counts; who retries says what it knows.
public final class Retries: KindRuntime {
    private let context: PlaneContext
    private let random: Randomness
    private let live = LiveTable<LiveRetry>()

    init(_ context: PlaneContext, random: Randomness) {
        self.context = context
        self.random = random
    }

    var specType: any PolicySpec.Type { RetryPolicy.self }

    /// Decides whether a failed call is tried again. A `Retry-After` that makes no sense is
    /// ignored.
    public func next(
        _ name: String, _ failed: FailedAttempt, retryAfter: String?
    ) throws -> (decision: RetryDecision, policy: PolicyEntry) {
        let retry = try live.find(name)
        let rules = retry.rules.now
        let now = context.clock.now()
        var failed = failed
        failed.retryAfter = retryAfter.flatMap { RetryAfter.wait($0, at: now) }
        let decision = rules.spec.decide(failed, random: random.fraction())
        let place: RetryCount = decision.retries ? .retried : .refused
        retry.tally.add((place.rawValue, 1), at: now)
        return (decision, rules.entry)
    }

    /// The delays that a policy comes to.
    public func schedule(
        _ name: String
    ) throws -> (delays: [ScheduledDelay], policy: PolicyEntry) {
        let rules = try live.find(name).rules.now
        return (rules.spec.schedule, rules.entry)
    }

    /// Takes down how a call ended after all its attempts.
    public func record(
        _ name: String, succeeded: Bool, attempts: Int64, by caller: Caller
    ) throws {
        let retry = try live.find(name)
        let policy = retry.rules.now
        let now = context.clock.now()
        let place: RetryCount = succeeded ? .successes : .failures
        retry.tally.add((place.rawValue, 1), at: now)
        guard !succeeded, attempts >= policy.spec.maximumAttempts else { return }
        let event = EventDraft(
            "retry.exhausted", at: now, actor: caller.actor, traceID: caller.traceID,
            kind: policy.entry.kind.singular, name: policy.entry.name,
            policyVersion: policy.entry.version, data: ["attempts": .integer(attempts)])
        if case .written(let event) = retry.throttle.admit(event) { write(event, retry) }
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats {
        let figures = try live.find(name).tally.figures(at: context.clock.now())
        return KindStats(
            names: RetryCount.allCases.map { "\($0)" }, totals: figures.totals,
            lastMinute: figures.lastMinute)
    }

    private func write(_ event: EventDraft, _ retry: LiveRetry) {
        context.store.writer.enqueue(Change(events: [event])) { result in
            if case .failure = result { retry.throttle.putBack(event) }
        }
    }

    // MARK: KindRuntime

    func publish(_ entry: PolicyEntry) { _ = live.publish(entry) { LiveRetry(entry) } }

    func remove(_ entry: PolicyEntry) { _ = live.remove(entry) }

    func restore(from store: Store) async throws {}

    func checkpoint(turn: Int, at now: Instant) { writeHeldEvents(at: now, all: false) }

    func checkpointAll(at now: Instant) async { writeHeldEvents(at: now, all: true) }

    private func writeHeldEvents(at now: Instant, all: Bool) {
        for retry in live.all {
            for event in retry.throttle.due(at: now, all: all) { write(event, retry) }
        }
    }
}

/// One retry policy at work.
final class LiveRetry: LivePolicy {
    let rules: Rules<RetryPolicy>
    let tally = Tally(RetryCount.allCases.count)
    let throttle = EventThrottle()

    init(_ entry: PolicyEntry) { rules = Rules(entry) }
}

/// What is counted of a retry policy.
enum RetryCount: Int, CaseIterable {
    case retried, refused, successes, failures
}
