public import Resilience
import Store

/// The breakers at work.
///
/// What changes where a breaker stands, and every probe, is on disk with its events before it is
/// answered; counts are levels.
public final class Breakers: PolicyKind {
    typealias Version = SpecVersion<BreakerPolicy>
    typealias State = BreakerState
    typealias Figure = BreakerCount
    typealias Own = BreakerExtras
    typealias Reversal = BreakerPermit

    let context: PlaneContext
    let live = LiveTable<Breakers>()

    init(_ context: PlaneContext) { self.context = context }

    // MARK: Deciding

    /// Decides on a call, and gives it a permit when it may go on.
    public func acquire(
        _ name: String, _ key: ExactString, reporter: String?, by caller: Caller
    ) async throws -> BreakerReply {
        let breaker = try live.find(name)
        let id = UInt64.random(in: .min ... .max)
        guard breaker.version.mode != .disabled else { return disabled(breaker, key, reporter) }
        let decided = try await reach(breaker, key) {
            slot, turn -> (BreakerReply?, Effects<Breakers>) in
            guard turn.version.mode != .disabled else { return (nil, .none) }
            let (decision, effects) = Self.decide(
                &slot.state, reporter: reporter, probe: id, turn, by: caller)
            return (BreakerReply(decision, turn.policy), effects)
        }
        guard let (reply, commit) = decided else { return withoutRoom(breaker, key, reporter) }
        guard var reply, let decision = reply.decision else {
            return disabled(breaker, key, reporter)
        }
        do {
            try await commit?.wait()
            // Of a call that was given up nobody is there to take the probe any more.
            try Task.checkCancellation()
        } catch {
            // One that could not be stored is taken back already.
            if error is CancellationError, decision.isAllowed, decision.permit.probe != nil {
                revert(decision.permit, breaker, key)
            }
            throw error
        }
        if decision.isAllowed || reply.policy.mode == .shadow {
            reply.permit = permit(decision.permit, breaker, key)
        }
        return reply
    }

    /// Decides with the state at hand.
    static func decide(
        _ state: inout BreakerState, reporter: String?, probe id: UInt64, _ turn: Turn<Breakers>,
        by caller: Caller
    ) -> (BreakerDecision, Effects<Breakers>) {
        let isAnew = turn.own.beginAnew(turn.key, &state, turn.version.spec, at: turn.now)
        let decision = state.acquire(
            turn.version.spec, reporter: reporter, probe: id, at: turn.now)
        let isProbe = decision.isAllowed && decision.permit.probe != nil
        var effects = effects(
            of: decision.transitions, turn, by: caller, isAwaited: isProbe || isAnew)
        effects.count(decision.isAllowed ? .allowed : .denied)
        if isProbe { effects.reversal = decision.permit }
        return (decision, effects)
    }

    /// The answer, which is counted, about a key that has no state and can have none.
    private func withoutRoom(
        _ breaker: Live, _ key: ExactString, _ reporter: String?
    ) -> BreakerReply {
        let (now, policy) = (context.clock.now(), breaker.version.entry)
        let reply = BreakerReply.withoutRoom(policy, permit: nil)
        context.tellNoRoom(at: now)
        breaker.counters.add(reply.wouldAllow ? .allowed : .denied, at: now)
        guard reply.isAllowed else { return reply }
        var part = PermitPart(policyID: breaker.id, key: key)
        part.hasNoState = true
        let permit = permit(PermitGrant(part: part), reporter: reporter)
        return .withoutRoom(policy, permit: context.permits.text(of: permit))
    }

    /// Records the outcome of calls that were made without asking.
    public func record(
        _ name: String, _ key: ExactString, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        let breaker = try live.find(name)
        guard breaker.version.mode != .disabled else { return disabledSettlement(breaker, key) }
        let counted = try await reach(breaker, key) {
            slot, turn -> (SettlementReply?, Effects<Breakers>) in
            guard turn.version.mode != .disabled else { return (nil, .none) }
            let isAnew = turn.own.beginAnew(
                turn.key, &slot.state, turn.version.spec, at: turn.now)
            let answer = slot.state.record(
                report.outcome, duration: report.duration, reporter: report.reporter,
                count: report.count, turn.version.spec, at: turn.now)
            return (
                SettlementReply(answer),
                Self.effects(of: answer, report, turn, by: caller, isAwaited: isAnew)
            )
        }
        guard let (reply, commit) = counted else {
            context.tellNoRoom(at: context.clock.now())
            return SettlementReply(reason: .noRoom)
        }
        try await commit?.wait()
        return reply ?? disabledSettlement(breaker, key)
    }

    /// The answer of a breaker that counts nothing.
    func disabledSettlement(_ breaker: Live, _ key: ExactString) -> SettlementReply {
        SettlementReply(
            reason: .disabled,
            BreakerSettlement(position: view(breaker, key, at: context.clock.now()).position))
    }

    // MARK: Looking

    /// All that is told of a key's breaker.
    public func view(_ name: String, _ key: ExactString) throws -> BreakerView {
        view(try live.find(name), key, at: context.clock.now())
    }

    /// Whether a call would be let through where a key stands so; by `when_unreachable` where the
    /// key has no state and can have none.
    public func wouldAllow(
        _ name: String, _ key: ExactString, _ view: BreakerView
    ) throws -> Bool {
        let breaker = try live.find(name)
        let policy = breaker.version.entry
        guard policy.mode != .disabled else { return true }
        guard !context.keyCounter.hasRoom, breaker.table.state(of: key) == nil else {
            return view.wouldAllow
        }
        return policy.document.whenUnreachable == .allow
    }

    func view(_ breaker: Live, _ key: ExactString, at now: Instant) -> BreakerView {
        let spec = breaker.version.spec
        return breaker.own.state(of: key, breaker.table.state(of: key), spec, at: now)
            .view(spec, at: now)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }

    /// The keys after `cursor` that have a state, in the order of their bytes, at most `limit`.
    public func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString] {
        liveKeys(try live.find(name), after: cursor, limit: limit)
    }

    private func disabled(
        _ breaker: Live, _ key: ExactString, _ reporter: String?
    ) -> BreakerReply {
        let now = context.clock.now()
        let view = view(breaker, key, at: now)
        let permit = BreakerPermit(
            generation: view.generation, probe: nil, expiresAt: now + Bounds.permitLifetime,
            reporter: reporter)
        var reply = BreakerReply(disabled: view, breaker.version.entry)
        reply.permit = self.permit(permit, breaker, key)
        return reply
    }

    // MARK: PolicyKind

    static func table(
        _ policyID: Int64, _ own: BreakerExtras, _ keyCounter: KeyCounter
    ) -> StateTable<BreakerState> {
        StateTable(policyID: policyID, keyCounter) { key, now in
            own.idleKeys.add(key, at: now + Bounds.permitLifetime)
            return BreakerState(at: now, after: own.forgotten.highest)
        }
    }

    static func isFresh(
        _ live: Live, _ key: ExactString, _ state: BreakerState, at now: Instant
    ) -> Bool {
        let spec = live.version.spec
        return state.isFresh(spec, at: now) || live.own.isIdle(key, state, spec, at: now)
    }

    // What falls due while the breaker is disabled is done when it works again.
    static func due(_ state: BreakerState, _ version: Version) -> Instant? {
        version.mode == .disabled ? nil : state.nextDue(version.spec)
    }

    static func advance(_ state: inout BreakerState, _ turn: Turn<Breakers>) -> Effects<Breakers> {
        guard turn.version.mode != .disabled,
            !turn.own.isIdle(turn.key, state, turn.version.spec, at: turn.now)
        else { return .none }
        let transitions = state.advance(turn.version.spec, to: turn.now)
        guard !transitions.isEmpty else { return .none }
        return effects(of: transitions, turn, by: .system, isAwaited: false)
    }

    static func revert(
        _ permit: BreakerPermit, _ state: inout BreakerState, since beganAt: Instant,
        _ turn: Turn<Breakers>
    ) -> Effects<Breakers> {
        var overdue: [BreakerTransition] = []
        if !turn.own.isIdle(turn.key, state, turn.version.spec, at: turn.now) {
            overdue = state.release(permit, turn.version.spec, at: turn.now)
        }
        var effects = effects(of: overdue, turn, by: .system, isAwaited: false)
        effects.durability = .behind
        effects.count(.allowed, -1)
        effects.concernsWaiting = true
        return effects
    }

    func restored(_ breaker: Live, _ key: ExactString) {
        breaker.own.idleKeys.add(key, at: context.clock.now())
    }

    func adopted(_ breaker: Live) {
        doWhatIsDue(breaker)
        breaker.own.idleKeys.addAllAgain(at: context.clock.now())
    }
}

extension BreakerState: KeyState {}

extension Plane {
    /// The breakers.
    public var breakers: Breakers { self[Breakers.self] }
}
