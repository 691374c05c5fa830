public import Resilience
import Store

/// The retries at work. They keep no state but counts; who retries says what it knows.
public final class Retries: LiveKind {
    let context: PlaneContext
    private let random: Randomness
    let live = LiveTable<LiveRetry>()

    init(_ context: PlaneContext, random: Randomness) {
        self.context = context
        self.random = random
    }

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
        retry.tally.add((place, 1), at: now)
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
        retry.tally.add((place, 1), at: now)
        guard !succeeded, attempts >= policy.spec.maximumAttempts else { return }
        let event = EventDraft(
            "retry.exhausted", at: now, actor: caller.actor, traceID: caller.traceID,
            kind: policy.entry.kind.singular, name: policy.entry.name,
            policyVersion: policy.entry.version, data: ["attempts": .integer(attempts)])
        retry.desk.tell(event, context)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }
}
