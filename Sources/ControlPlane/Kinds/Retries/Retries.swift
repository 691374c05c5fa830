public import Resilience
import Store

/// The retries at work. Who retries says what it knows; a policy with a budget keeps the first
/// attempts and retries of all callers, at the empty key.
public final class Retries: EpisodicKind {
    typealias Version = SpecVersion<RetryPolicy>
    typealias State = RetryBudgetState
    typealias Figure = RetryCount

    static let episodeBegan = RetryEvent.budgetExhausted.type
    static let episodeEnded = RetryEvent.budgetRecovered.type
    static let episodeBeganAt = "exhausted_at"

    let context: PlaneContext
    let live = LiveTable<Retries>()

    init(_ context: PlaneContext) { self.context = context }

    // MARK: Deciding

    /// Decides whether a failed call is tried again. A `Retry-After` that makes no sense is
    /// ignored.
    public func next(
        _ name: String, attempt: Int64, _ report: OutcomeReport, by caller: Caller
    ) async throws -> RetryReply {
        let retry = try live.find(name)
        let version = retry.version
        let now = context.clock.now()
        let failed = report.failure(of: attempt, at: now)
        let random = context.random.fraction()
        let decision = version.spec.decide(failed, random: random)
        guard version.mode != .disabled else {
            return RetryReply(
                decision: decision, wouldRetry: decision.retries, policy: version.entry)
        }
        guard decision.retries, version.spec.budget != nil else {
            return reply(decision, decision, retry, version, at: now)
        }
        // By the version that is in force with the budget at hand: an older one might empty a
        // window that a newer one has begun.
        let asked = try await reach(retry, "") { slot, turn in
            let (decision, effects) = Self.ask(&slot.state, failed, random, turn, by: caller)
            return ((decision, turn.version), effects)
        }
        guard let (budgeted, present) = asked?.answer else {
            context.tellNoRoom(at: now)
            let isAllowed = version.entry.document.whenUnreachable == .allow
            return reply(
                decision, decision.withoutBudget(isAllowed: isAllowed), retry, version, at: now)
        }
        return reply(decision, budgeted, retry, present, at: now)
    }

    private func reply(
        _ decision: RetryDecision, _ budgeted: RetryDecision, _ retry: Live, _ version: Version,
        at now: Instant
    ) -> RetryReply {
        retry.counters.add(budgeted.retries ? .retried : .refused, at: now)
        return RetryReply(
            decision: version.mode == .shadow ? decision : budgeted,
            wouldRetry: budgeted.retries, policy: version.entry)
    }

    /// Decides with the budget.
    static func ask(
        _ state: inout RetryBudgetState, _ failed: FailedAttempt, _ random: Double,
        _ turn: Turn<Retries>, by caller: Caller
    ) -> (RetryDecision, Effects<Retries>) {
        let spec = turn.version.spec
        var effects = Effects<Retries>()
        let decision = spec.decide(failed, random: random, budget: &state, at: turn.now)
        guard decision.reason == .budgetExhausted, let budget = spec.budget else {
            return (decision, effects)
        }
        let view = state.view(budget, at: turn.now)
        effects.noteDenial(
            &state, turn, reason: decision.reason.rawValue,
            [
                "first_attempts": .integer(view.firstAttempts),
                "retries": .integer(view.retries), "allowed": .integer(view.allowed),
            ], by: caller)
        return (decision, effects)
    }

    /// The delays that a policy comes to.
    public func schedule(
        _ name: String
    ) throws -> (delays: [ScheduledDelay], policy: PolicyEntry) {
        let version = try live.find(name).version
        return (version.spec.schedule, version.entry)
    }

    /// Records how a call ended after all its attempts, one of which was the first. One that
    /// says nothing of its target is left out.
    ///
    /// - Returns: Why it was not counted; nil when it was.
    @discardableResult
    public func record(
        _ name: String, _ outcome: Outcome, attempts: Int64, by caller: Caller
    ) async throws -> String? {
        let retry = try live.find(name)
        let version = retry.version
        guard version.mode != .disabled else { return UncountedReason.disabled.rawValue }
        guard outcome != .ignored else { return UncountedReason.ignored.rawValue }
        let now = context.clock.now()
        guard try await noteFirstAttempt(retry) else { return PlaneLimits.noRoom }
        retry.counters.add(outcome.isFailure ? .failures : .successes, at: now)
        if outcome.isFailure, attempts >= version.spec.maximumAttempts {
            tellExhausted(retry, attempts: attempts, by: caller, at: now)
        }
        return nil
    }

    /// Tells that a call failed as often as it may be tried: at a guard.
    func tellExhausted(_ name: String, attempts: Int64, by caller: Caller) throws {
        let retry = try live.find(name)
        guard retry.version.mode != .disabled else { return }
        tellExhausted(retry, attempts: attempts, by: caller, at: context.clock.now())
    }

    private func tellExhausted(
        _ retry: Live, attempts: Int64, by caller: Caller, at now: Instant
    ) {
        let event = EventDraft(
            RetryEvent.exhausted.type, retry.version.entry, nil, by: caller,
            ["attempts": .integer(attempts)], at: now)
        retry.eventWriter.tell(event, context)
    }

    /// Counts a first attempt that is reported elsewhere: at a guard.
    private func noteFirstAttempt(_ name: String) async throws {
        let retry = try live.find(name)
        if retry.version.mode != .disabled { _ = try await noteFirstAttempt(retry) }
    }

    /// Counts a first attempt; false where the budget has no state and can have none.
    private func noteFirstAttempt(_ retry: Live) async throws -> Bool {
        guard retry.version.spec.budget != nil else { return true }
        let noted = try await reach(retry, "") { slot, turn in
            if let budget = turn.version.spec.budget { slot.state.note(budget, at: turn.now) }
            return ((), Effects<Retries>())
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
        return retry.version.spec.budget.map { state.view($0, at: now) }
    }

    /// Whether the budget is in use: whether the one key there is has a state.
    public func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString] {
        liveKeys(try live.find(name), after: cursor, limit: limit)
    }

    /// Forgets the first attempts and the retries that were counted, which are at the empty key.
    public func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await resetStates(name, key, reason: reason, by: caller)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }

    // MARK: PolicyKind

    static func isFresh(
        _ live: Live, _ key: ExactString, _ state: RetryBudgetState, at now: Instant
    ) -> Bool { state.isFresh(live.version.spec.budget, at: now) }

    static func due(_ state: RetryBudgetState, _ version: Version) -> Instant? {
        state.episode?.endsAt
    }

    static func advance(
        _ state: inout RetryBudgetState, _ turn: Turn<Retries>
    ) -> Effects<Retries> {
        var effects = Effects<Retries>.none
        effects.endEpisode(&state, turn)
        return effects
    }
}

extension RetryBudgetState: KeyState {}

extension Retries: OutcomeListener {
    func learn(_ name: String, from report: OutcomeReport, attempt: Int64) async {
        if attempt == 1 { try? await noteFirstAttempt(name) }
    }
}

extension Plane {
    /// The retries.
    public var retries: Retries { self[Retries.self] }
}

/// The answer to a failed call, with what is told besides.
public struct RetryReply: SettlementDetail {
    /// Whether it is tried again, and when.
    public let decision: RetryDecision
    /// Whether it would be if the policy were in force.
    public let wouldRetry: Bool
    /// The policy that decided.
    public let policy: PolicyEntry
}

/// What is counted of a retry policy.
enum RetryCount: Int, CountedFigure {
    case retried, refused, successes, failures
}
