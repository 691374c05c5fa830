public import Resilience
import Store

/// The limiters at work.
public final class Limiters: WaitingKind, EpisodicKind {
    typealias Version = LimiterVersion
    typealias State = LimiterState
    typealias Figure = LimiterCount
    typealias Own = LimiterExtras
    typealias Reversal = SpentCost
    typealias Request = LimiterRequest
    typealias Answer = LimiterAnswer

    static let episodeBegan = LimiterEvent.limited.type
    static let episodeEnded = LimiterEvent.recovered.type
    static let episodeBeganAt = "limited_at"

    let context: PlaneContext
    let live = LiveTable<Limiters>()

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
        let version = limiter.version
        let tier = try limiter.own.tier(
            of: request.key, asking: request.tier, version, at: context.clock.now())
        if request.cost == 0 || tier.allowance == .unlimited || version.mode == .disabled {
            let answer = try look(limiter, request).answer
            if answer.policy.mode != .disabled { count(answer, limiter) }
            return answer
        }
        if request.wait > .zero, version.mode == .enforce {
            let answer = try await wait(
                limiter, request.key, request, for: request.wait, by: caller)
            return try delivered(answer, limiter)
        }
        let decided = try await reach(limiter, request.key) { slot, turn in
            try Self.decide(request, &slot, behind: slot.waiting, turn, by: caller)
        }
        guard let (answer, commit) = decided else {
            return try withoutRoom(limiter, request.key, request, by: caller).answer
        }
        try await commit?.wait()
        return try delivered(answer, limiter)
    }

    /// The answer, unless nobody is there to have it any more: then what it spent is refunded.
    private func delivered(
        _ answer: LimiterAnswer, _ limiter: Live
    ) throws(CancellationError) -> LimiterAnswer {
        guard Task.isCancelled else { return answer }
        if let spent = answer.spent { revert(spent, limiter, answer.key) }
        throw CancellationError()
    }

    /// Decides with the state at hand, behind those who wait, and spends the cost when the call is
    /// allowed.
    static func decide(
        _ request: LimiterRequest, _ slot: inout Slot, behind ahead: [LimiterRequest],
        waited: Timespan = .zero, _ turn: Turn<Limiters>, by caller: Caller
    ) throws(PlaneError) -> (LimiterAnswer, Effects<Limiters>) {
        let tier = try turn.tier(request.tier)
        guard turn.version.mode != .disabled else {
            return (look(request, tier, slot.state, behind: slot.waiting, turn), .none)
        }
        let decision =
            ahead.isEmpty
            ? slot.state.acquire(request.cost, tier, at: turn.now)
            : denial(request, tier, slot.state, behind: ahead, turn)
        var answer = LimiterAnswer(decision, turn.key, turn.version)
        answer.waited = waited
        if decision.denial == nil, request.cost > 0 {
            answer.spent = SpentCost(cost: request.cost, tier: decision.tier, at: turn.now)
        }
        return (answer, record(answer, tier, &slot.state, turn, by: caller))
    }

    /// Records what came of a call: counts, the run of denials that it belongs to, and for a strict
    /// limiter what must be on disk before it is told.
    static func record(
        _ answer: LimiterAnswer, _ tier: Tier, _ state: inout LimiterState,
        _ turn: Turn<Limiters>, by caller: Caller
    ) -> Effects<Limiters> {
        var effects = Effects<Limiters>()
        effects.counts = counts(of: answer)
        if let denial = answer.decision.denial {
            effects.noteDenial(
                &state, turn, reason: denial.reason.rawValue,
                ["retry_after_ms": JSONValue(denial.retryAfter?.millisecondsRoundedUp)],
                quiet: tier.quiet(at: turn.now), by: caller)
        } else {
            secure(answer, &state, turn, &effects)
        }
        return effects
    }

    static func counts(of answer: LimiterAnswer) -> Counts<LimiterCount> {
        var counts = Counts<LimiterCount>()
        counts.add(answer.wouldAllow ? .allowed : .denied, 1)
        if answer.waited > .zero { counts.add(.waited, 1) }
        if answer.wouldAllow, !answer.hasNoRoom { counts.add(.costSpent, answer.decision.cost) }
        return counts
    }

    func count(_ answer: LimiterAnswer, _ limiter: Live) {
        var effects = Effects<Limiters>.none
        effects.counts = Self.counts(of: answer)
        count(effects, limiter, answer.key, at: context.clock.now())
    }

    // MARK: PolicyKind

    static func isFresh(
        _ live: Live, _ key: ExactString, _ state: LimiterState, at now: Instant
    ) -> Bool {
        let version = live.version
        return state.isFresh(at: now) { live.own.tier(called: $0, of: key, version, at: now) }
    }

    static func due(_ state: LimiterState, _ version: LimiterVersion) -> Instant? {
        state.episode?.endsAt
    }

    static func advance(_ state: inout LimiterState, _ turn: Turn<Limiters>) -> Effects<Limiters> {
        var effects = Effects<Limiters>.none
        effects.endEpisode(&state, turn)
        return effects
    }

    static func counted(
        _ counts: Counts<LimiterCount>, _ key: ExactString, _ own: LimiterExtras
    ) {
        if counts[.allowed] > 0 { own.heavy.add(key, isAllowed: true) }
        if counts[.denied] > 0 { own.heavy.add(key, isAllowed: false) }
    }

    func restoreOwn(from store: Store) async throws {
        for record in try await store.assignments() {
            if let limiter = live.find(id: record.policyID) { restore(record, limiter) }
        }
    }

    func resumed(_ limiter: Live) {
        _ = limiter.own.tiersAfterLoss(limiter.version)
        forgetLostTiers(of: limiter, Set(limiter.version.allowances.keys))
    }

    func adopted(_ limiter: Live) {
        if let names = limiter.own.tiersAfterLoss(limiter.version) {
            forgetLostTiers(of: limiter, names)
        }
        pumpAll(limiter)
    }

    /// Forgets what was spent in tiers that the policy has lost.
    private func forgetLostTiers(of limiter: Live, _ names: Set<String>) {
        for key in limiter.table.allKeys {
            limiter.table.applyIfPresent(key) { slot in
                slot.state.forgetAccounts { $0 == Tier.assigned || names.contains($0) }
            }
        }
    }
}

extension LimiterState: KeyState {
    typealias Waiter = WaitingCall<LimiterRequest, LimiterAnswer>
}

extension StateTable<LimiterState>.Slot {
    /// What the calls ask that wait, first come first.
    var waiting: [LimiterRequest] { hasWaiters ? waiters.map(\.request) : [] }
}

extension Turn<Limiters> {
    /// The tier that decides on a call of the key.
    func tier(_ name: String?) throws(PlaneError) -> Tier {
        try own.tier(of: key, asking: name, version, at: now)
    }
}

extension Plane {
    /// The limiters.
    public var limiters: Limiters { self[Limiters.self] }
}

/// A version of a limiter's policy, with its tiers ready to be decided by.
final class LimiterVersion: PolicyVersion {
    let entry: PolicyEntry
    let spec: LimiterPolicy
    /// What each tier allows.
    let allowances: [String: Allowance]

    init(_ entry: PolicyEntry) {
        self.entry = entry
        spec = Self.spec(of: entry)
        allowances = spec.allowances
    }

    /// When the policy came to be so.
    var since: Instant { entry.record.updatedAt }
}
