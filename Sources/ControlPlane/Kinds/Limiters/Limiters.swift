import Resilience
import Store

/// The limiters at work.
public final class Limiters: WaitingKind, EpisodicKind {
    static let episodeBegan = LimiterEvent.limited.type
    static let episodeEnded = LimiterEvent.recovered.type
    static let episodeBeganAt = "limited_at"

    let context: PlaneContext
    let live = LiveTable<LiveLimiter>()

    init(_ context: PlaneContext) { self.context = context }

    // MARK: Deciding

    /// Decides on a call, and spends its cost when it is allowed.
    ///
    /// With a `wait` the answer may take as long, in policy time: calls are served in the order
    /// they came. A call that could not be served within its wait is answered at once.
    public func acquire(
        _ name: String, _ request: LimiterRequest, by caller: Caller
    ) async throws -> LimiterAnswer {
        let limiter = try live.find(name)
        let rules = limiter.rules.now
        let tier = try limiter.tier(
            of: request.key, asking: request.tier, rules, at: context.clock.now())
        if request.cost == 0 || tier.allowance == .unlimited || rules.entry.mode == .disabled {
            let answer = try look(limiter, request).answer
            if answer.policy.mode != .disabled {
                count(answer, limiter, at: context.clock.now())
            }
            return answer
        }
        if request.wait > .zero, rules.entry.mode == .enforce {
            let answer = try await wait(
                limiter, request.key, request, for: request.wait, by: caller)
            return try heard(answer, limiter)
        }
        let decided = try limiter.table.applyIfRoom(request.key, by: context.clock) {
            slot, now in
            try decide(limiter, request, &slot, behind: slot.waiting, by: caller, at: now)
        }
        guard let (answer, receipts) = decided else {
            return try withoutRoom(limiter, request.key, request, by: caller).answer
        }
        if !receipts.isEmpty { try await Receipt.wait(receipts) }
        return try heard(answer, limiter)
    }

    /// The answer, unless nobody is there to have it any more: then what it spent is taken back.
    private func heard(
        _ answer: LimiterAnswer, _ limiter: LiveLimiter
    ) throws(CancellationError) -> LimiterAnswer {
        guard Task.isCancelled else { return answer }
        if let spentAt = answer.spentAt { takeBack(answer, limiter, grantedAt: spentAt) }
        throw CancellationError()
    }

    /// The answer that a call would get, spending nothing, with the accounts of its key.
    public func peek(_ name: String, _ request: LimiterRequest) throws -> LimiterAnswer {
        let limiter = try live.find(name)
        var (answer, slot, rules) = try look(limiter, request)
        answer.accounts = accounts(limiter, rules, request.key, slot)
        return answer
    }

    /// An answer that spends nothing. What it is decided by is read after the state, which may
    /// have been changed by the newest version of the policy.
    private func look(
        _ limiter: LiveLimiter, _ request: LimiterRequest
    ) throws -> (
        answer: LimiterAnswer, slot: StateTable<LimiterState>.Slot?, rules: LimiterVersion
    ) {
        let slot = limiter.table.slot(of: request.key)
        let rules = limiter.rules.now
        let now = context.clock.now()
        let tier = try limiter.tier(of: request.key, asking: request.tier, rules, at: now)
        let hasRoom = slot != nil || context.census.hasRoom
        let answer =
            hasRoom
            ? answer(limiter, rules, request, tier, slot, at: now)
            : answerWithoutRoom(limiter, rules, request, tier, at: now)
        return (answer, slot, rules)
    }

    /// The accounts of a key that are not full.
    func accounts(
        _ limiter: LiveLimiter, _ rules: LimiterVersion, _ key: ExactString,
        _ slot: StateTable<LimiterState>.Slot?
    ) -> [AccountFigures] {
        let now = context.clock.now()
        let figures = slot?.state.figures(at: now) {
            limiter.tier(called: $0, of: key, rules, at: now)
        }
        return figures ?? []
    }

    func answer(
        _ limiter: LiveLimiter, _ rules: LimiterVersion, _ request: LimiterRequest,
        _ tier: Tier, _ slot: StateTable<LimiterState>.Slot?, at now: Instant
    ) -> LimiterAnswer {
        var state = slot?.state ?? LimiterState(at: now)
        let ahead = request.cost > 0 && rules.entry.mode == .enforce ? slot?.waiting ?? [] : []
        let decision =
            ahead.isEmpty
            ? state.acquire(request.cost, tier, spends: false, at: now)
            : denial(limiter, rules, request, tier, state, behind: ahead, at: now)
        return LimiterAnswer(decision, request.key, rules)
    }

    /// Decides with the state at hand, behind those who wait, and takes down what came of it.
    ///
    /// - Returns: The answer, and what must be on disk before it is given.
    func decide(
        _ limiter: LiveLimiter, _ request: LimiterRequest,
        _ slot: inout StateTable<LimiterState>.Slot, behind ahead: [LimiterRequest],
        waited: Timespan = .zero, by caller: Caller, at now: Instant
    ) throws(PlaneError) -> (answer: LimiterAnswer, receipts: [Receipt]) {
        let rules = limiter.rules.now
        let tier = try limiter.tier(of: request.key, asking: request.tier, rules, at: now)
        guard rules.entry.mode != .disabled else {
            return (answer(limiter, rules, request, tier, slot, at: now), [])
        }
        var answer = ask(limiter, rules, request, tier, &slot.state, behind: ahead, at: now)
        answer.waited = waited
        if answer.decision.denial == nil, request.cost > 0 { answer.spentAt = now }
        let receipts = takeDown(answer, limiter, rules, tier, &slot, by: caller, at: now)
        return (answer, receipts)
    }

    /// Decides with the state at hand, and spends the cost when the call is allowed. Nothing else
    /// changes, so that whoever puts the state back has asked for nothing.
    func ask(
        _ limiter: LiveLimiter, _ rules: LimiterVersion, _ request: LimiterRequest,
        _ tier: Tier, _ state: inout LimiterState, behind ahead: [LimiterRequest],
        at now: Instant
    ) -> LimiterAnswer {
        let decision =
            ahead.isEmpty
            ? state.acquire(request.cost, tier, at: now)
            : denial(limiter, rules, request, tier, state, behind: ahead, at: now)
        return LimiterAnswer(decision, request.key, rules)
    }

    /// Takes down what came of a call, with the lock of the state held.
    ///
    /// - Returns: What must be on disk before the answer is given.
    func takeDown(
        _ answer: LimiterAnswer, _ limiter: LiveLimiter, _ rules: LimiterVersion, _ tier: Tier,
        _ slot: inout StateTable<LimiterState>.Slot, by caller: Caller, at now: Instant
    ) -> [Receipt] {
        count(answer, limiter, at: now)
        guard let denial = answer.decision.denial else {
            return secure(answer, limiter, rules, &slot, at: now)
        }
        noteDenial(
            limiter, rules.entry, answer.key, &slot, reason: denial.reason.rawValue,
            ["retry_after_ms": JSONValue(denial.retryAfter?.millisecondsRoundedUp)],
            quiet: tier.quiet(at: now), by: caller, at: now)
        return []
    }

    func count(_ answer: LimiterAnswer, _ limiter: LiveLimiter, at now: Instant) {
        let isAllowed = answer.wouldAllow
        limiter.tally.add(
            (.allowed, isAllowed ? 1 : 0),
            (.denied, isAllowed ? 0 : 1),
            (.waited, answer.waited > .zero ? 1 : 0),
            (.costSpent, isAllowed ? answer.decision.cost : 0), at: now)
        limiter.heavy.add(answer.key, isAllowed: isAllowed)
    }

    // MARK: KindRuntime

    func resume(from store: Store) async throws {
        for record in try await store.assignments() {
            if let limiter = live.find(id: record.policyID) { restore(record, limiter) }
        }
        resumeAll()
    }

    func resume(_ limiter: LiveLimiter) {
        limiter.forgetLostTiers(all: true)
        resumeEpisodes(limiter)
    }

    func adopted(_ limiter: LiveLimiter) {
        limiter.rate.adopt(limiter.rules.now)
        limiter.forgetLostTiers()
        pumpAll(limiter)
    }

    func restore(_ write: StateWrite) throws {
        guard let limiter = live.find(id: write.policyID), let snapshot = write.state else {
            return
        }
        let isRead: Bool
        switch write.key {
        case LimiterRate.row: isRead = limiter.rate.restore(snapshot, limiter.rules.now)
        case HeavyKeys.row: isRead = limiter.heavy.restore(snapshot)
        default: return try restoreState(write)
        }
        guard isRead else {
            throw StoreError(.unusable, "a row of a limiter's own cannot be read")
        }
    }

    func checkpoint(turn: Int, at now: Instant) {
        checkpointStates(turn: turn, at: now)
        for limiter in live.all {
            limiter.rate.write(limiter.table.policyID, with: context.store.writer)
        }
    }

    func checkpointAll(at now: Instant) async {
        for limiter in live.all { giveUpReserves(of: limiter) }
        await checkpointAllStates(at: now)
        for limiter in live.all {
            limiter.rate.write(limiter.table.policyID, with: context.store.writer)
            limiter.heavy.write(limiter.table.policyID, with: context.store.writer)
        }
    }
}

extension LimiterState: KeyState {
    typealias Waiter = ControlPlane.Waiter<LimiterRequest, LimiterAnswer>
}

extension StateTable<LimiterState>.Slot {
    /// What the calls ask that wait, first come first.
    var waiting: [LimiterRequest] { waiters.map(\.request) }
}

extension Plane {
    /// The limiters.
    public var limiters: Limiters { self[Limiters.self] }
}
