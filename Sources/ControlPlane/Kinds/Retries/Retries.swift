public import Resilience
import Store

/// The retries at work. Who retries says what it knows; a policy with a budget keeps the first
/// attempts and retries of all callers, at the empty key.
public final class Retries: EpisodicKind {
    static let episodeBegan = RetryEvent.budgetExhausted.type
    static let episodeEnded = RetryEvent.budgetRecovered.type
    static let episodeBeganAt = "exhausted_at"

    let context: PlaneContext
    let live = LiveTable<LiveRetry>()

    init(_ context: PlaneContext) { self.context = context }

    // MARK: Deciding

    /// Decides whether a failed call is tried again. A `Retry-After` that makes no sense is
    /// ignored.
    public func next(
        _ name: String, attempt: Int64, _ report: OutcomeReport, by caller: Caller
    ) throws -> RetryReply {
        let retry = try live.find(name)
        let rules = retry.rules.now
        let now = context.clock.now()
        let failed = report.failure(of: attempt, at: now)
        let random = context.random.fraction()
        let decision = rules.spec.decide(failed, random: random)
        guard rules.entry.mode != .disabled else {
            return RetryReply(
                decision: decision, wouldRetry: decision.retries, policy: rules.entry)
        }
        guard decision.retries, rules.spec.budget != nil else {
            return told(decision, decision, retry, rules, at: now)
        }
        guard let (budgeted, present) = askBudget(retry, failed, random, by: caller) else {
            context.tellNoRoom(at: now)
            let isAllowed = rules.entry.document.whenUnreachable == .allow
            return told(
                decision, decision.withoutBudget(isAllowed: isAllowed), retry, rules, at: now)
        }
        return told(decision, budgeted, retry, present, at: now)
    }

    private func told(
        _ decision: RetryDecision, _ budgeted: RetryDecision, _ retry: LiveRetry,
        _ rules: SpecVersion<RetryPolicy>, at now: Instant
    ) -> RetryReply {
        retry.tally.add((budgeted.retries ? .retried : .refused, 1), at: now)
        return RetryReply(
            decision: rules.entry.mode == .shadow ? decision : budgeted,
            wouldRetry: budgeted.retries, policy: rules.entry)
    }

    /// Decides with the budget, by the version that is in force with its state at hand: an older
    /// one might empty a window that a newer one has begun. Nil where the budget has no state and
    /// can have none.
    private func askBudget(
        _ retry: LiveRetry, _ failed: FailedAttempt, _ random: Double, by caller: Caller
    ) -> (decision: RetryDecision, rules: SpecVersion<RetryPolicy>)? {
        retry.table.applyIfRoom("", by: context.clock) { slot, now in
            let rules = retry.rules.now
            let decision = rules.spec.decide(
                failed, random: random, budget: &slot.state, at: now)
            guard decision.reason == .budgetExhausted, let budget = rules.spec.budget else {
                return (decision, rules)
            }
            let view = slot.state.view(budget, at: now)
            noteDenial(
                retry, rules.entry, "", &slot, reason: decision.reason.rawValue,
                [
                    "first_attempts": .integer(view.firstAttempts),
                    "retries": .integer(view.retries), "allowed": .integer(view.allowed),
                ], by: caller, at: now)
            return (decision, rules)
        }
    }

    /// The delays that a policy comes to.
    public func schedule(
        _ name: String
    ) throws -> (delays: [ScheduledDelay], policy: PolicyEntry) {
        let rules = try live.find(name).rules.now
        return (rules.spec.schedule, rules.entry)
    }

    /// Takes down how a call ended after all its attempts, one of which was the first. One that
    /// says nothing of its target is left out.
    ///
    /// - Returns: Why it was not counted; nil when it was.
    @discardableResult
    public func record(
        _ name: String, _ outcome: Outcome, attempts: Int64, by caller: Caller
    ) throws -> String? {
        let retry = try live.find(name)
        let policy = retry.rules.now
        guard policy.entry.mode != .disabled else { return UncountedReason.disabled.rawValue }
        guard outcome != .ignored else { return UncountedReason.ignored.rawValue }
        let now = context.clock.now()
        guard noteFirstAttempt(retry) else { return PlaneLimits.noRoom }
        retry.tally.add((outcome.isFailure ? .failures : .successes, 1), at: now)
        if outcome.isFailure, attempts >= policy.spec.maximumAttempts {
            tellExhausted(retry, attempts: attempts, by: caller, at: now)
        }
        return nil
    }

    /// Tells that a call failed as often as it may be tried: at a guard.
    func tellExhausted(_ name: String, attempts: Int64, by caller: Caller) throws {
        let retry = try live.find(name)
        guard retry.rules.now.entry.mode != .disabled else { return }
        tellExhausted(retry, attempts: attempts, by: caller, at: context.clock.now())
    }

    private func tellExhausted(
        _ retry: LiveRetry, attempts: Int64, by caller: Caller, at now: Instant
    ) {
        let event = event(
            RetryEvent.exhausted.type, retry.rules.now.entry, nil, by: caller,
            ["attempts": .integer(attempts)], at: now)
        retry.desk.tell(event, context)
    }

    /// Counts a first attempt that is reported elsewhere: at a guard.
    func noteFirstAttempt(_ name: String) throws {
        let retry = try live.find(name)
        if retry.rules.now.entry.mode != .disabled { _ = noteFirstAttempt(retry) }
    }

    /// Counts a first attempt; false where the budget has no state and can have none.
    private func noteFirstAttempt(_ retry: LiveRetry) -> Bool {
        guard retry.rules.now.spec.budget != nil else { return true }
        let noted: Void? = retry.table.applyIfRoom("", by: context.clock) { slot, now in
            if let budget = retry.rules.now.spec.budget { slot.state.note(budget, at: now) }
        }
        if noted == nil { context.tellNoRoom(at: context.clock.now()) }
        return noted != nil
    }

    // MARK: Looking and resetting

    /// How a policy's budget stands; nil where it has none.
    public func budget(_ name: String) throws -> RetryBudgetView? {
        let retry = try live.find(name)
        let now = context.clock.now()
        let state = retry.table.state(of: "") ?? RetryBudgetState(at: now)
        return retry.rules.now.spec.budget.map { state.view($0, at: now) }
    }

    /// Whether the budget is in use: whether the one key there is has a state.
    public func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString] {
        liveKeys(try live.find(name), after: cursor, limit: limit)
    }

    /// Forgets the first attempts and the retries that were counted.
    public func reset(_ name: String, reason: String?, by caller: Caller) async throws -> Int {
        try await resetStates(name, nil, reason: reason, by: caller)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }

    // MARK: KindRuntime

    func resume(_ retry: LiveRetry) { resumeEpisodes(retry) }
}

extension RetryBudgetState: KeyState {}

extension Plane {
    /// The retries.
    public var retries: Retries { self[Retries.self] }
}
