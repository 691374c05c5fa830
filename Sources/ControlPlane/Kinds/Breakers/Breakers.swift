public import Resilience
import Store

/// The breakers at work.
///
/// What changes where a breaker stands, and every probe, is on disk with its events before it is
/// answered; counts are levels.
public final class Breakers: StatefulLiveKind {
    let context: PlaneContext
    let live = LiveTable<LiveBreaker>()

    init(_ context: PlaneContext) { self.context = context }

    // MARK: Deciding

    /// Decides on a call, and gives it a permit when it may go on.
    public func acquire(
        _ name: String, _ key: ExactString, reporter: String?, by caller: Caller
    ) async throws -> BreakerReply {
        let breaker = try live.find(name)
        let id = UInt64.random(in: .min ... .max)
        guard breaker.rules.now.entry.mode != .disabled else {
            return resting(breaker, key, reporter)
        }
        let applied = breaker.applyIfRoom(key, by: context.clock) {
            state, turn -> (BreakerDecision, SpecVersion<BreakerPolicy>, Receipt?)? in
            guard turn.rules.entry.mode != .disabled else { return nil }
            let decision = state.acquire(
                turn.rules.spec, reporter: reporter, probe: id, at: turn.now)
            let receipt = takeDown(decision, breaker, turn, key, state, by: caller)
            return (decision, turn.rules, receipt)
        }
        guard let applied else { return withoutRoom(breaker, key, reporter) }
        guard let (decision, rules, receipt) = applied else {
            return resting(breaker, key, reporter)
        }
        do {
            try await receipt?.wait()
            // Of a call that was given up nobody is there to take the probe any more.
            try Task.checkCancellation()
        } catch {
            takeBack(decision, breaker, key, by: caller, isStored: error is CancellationError)
            throw error
        }
        let isAllowed = decision.isAllowed || rules.entry.mode == .shadow
        return BreakerReply(
            decision: decision, position: decision.position, generation: decision.generation,
            permit: isAllowed ? permit(decision.permit, breaker, key) : nil, policy: rules.entry)
    }

    /// The answer, which is counted, about a key that has no state and can have none.
    private func withoutRoom(
        _ breaker: LiveBreaker, _ key: ExactString, _ reporter: String?
    ) -> BreakerReply {
        let (now, policy) = (context.clock.now(), breaker.rules.now.entry)
        let reply = BreakerReply.withoutRoom(policy, permit: nil)
        countWithoutRoom(reply, breaker, at: now)
        guard reply.isAllowed else { return reply }
        var part = PermitPart(policyID: breaker.table.policyID, key: key)
        part.hasNoState = true
        let permit = Permit(
            number: context.permits.nextNumber(lasting: Bounds.permitLifetime),
            policyID: breaker.table.policyID,
            parts: [part], expiresAt: now + Bounds.permitLifetime, reporter: reporter)
        return .withoutRoom(policy, permit: context.permits.text(of: permit))
    }

    /// Counts an answer about a key that has no state and can have none.
    func countWithoutRoom(_ reply: BreakerReply, _ breaker: LiveBreaker, at now: Instant) {
        context.tellNoRoom(at: now)
        breaker.tally.add((reply.wouldAllow ? .allowed : .denied, 1), at: now)
    }

    /// Takes back the probe of a call that was not allowed after all: it could not be stored, or
    /// it is, and nobody is there to take it.
    private func takeBack(
        _ decision: BreakerDecision, _ breaker: LiveBreaker, _ key: ExactString,
        by caller: Caller, isStored: Bool
    ) {
        guard decision.isAllowed, decision.permit.probe != nil else { return }
        breaker.applyIfPresent(key, by: context.clock) { state, rules, now in
            let overdue = state.giveBack(decision.permit, rules.spec, at: now)
            _ = journal(
                overdue, state, breaker, rules, key, by: caller, at: now, isDurable: isStored)
        }
        breaker.tally.add((.allowed, -1), at: context.clock.now())
        context.bell.ring(breaker.table.policyID, key)
    }

    /// Takes down what came of a call that asked, with the lock of the state held.
    func takeDown(
        _ decision: BreakerDecision, _ breaker: LiveBreaker, _ turn: LiveBreaker.Turn,
        _ key: ExactString, _ state: BreakerState, by caller: Caller
    ) -> Receipt? {
        breaker.tally.add((decision.isAllowed ? .allowed : .denied, 1), at: turn.now)
        let isProbe = decision.isAllowed && decision.permit.probe != nil
        return journal(
            decision.transitions, state, breaker, turn.rules, key, by: caller, at: turn.now,
            isDurable: isProbe || turn.isAnew)
    }

    /// Takes down the outcome of calls that were made without asking.
    public func record(
        _ name: String, _ key: ExactString, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        let breaker = try live.find(name)
        return try await count(report, breaker, key, by: caller) { state, spec, now in
            state.record(
                report.outcome, duration: report.duration, reporter: report.reporter,
                count: report.count, spec, at: now)
        }
    }

    /// Applies an outcome, and waits for the disk where it changed more than counts.
    func count(
        _ report: OutcomeReport, _ breaker: LiveBreaker, _ key: ExactString, by caller: Caller,
        isProbe: Bool = false,
        _ apply: (inout BreakerState, BreakerPolicy, Instant) throws -> BreakerAnswer
    ) async throws -> SettlementReply {
        let now = context.clock.now()
        func resting() -> SettlementReply {
            SettlementReply(reason: .disabled, view(breaker, key, at: now).position)
        }
        guard breaker.rules.now.entry.mode != .disabled else { return resting() }
        let applied = try breaker.applyIfRoom(key, by: context.clock) {
            state, turn -> (BreakerAnswer, Receipt?)? in
            guard turn.rules.entry.mode != .disabled else { return nil }
            let answer = try apply(&state, turn.rules.spec, turn.now)
            let receipt = journal(
                answer.transitions, state, breaker, turn.rules, key, by: caller,
                at: turn.now, isDurable: isProbe || turn.isAnew)
            return (answer, receipt)
        }
        guard let applied else {
            context.tellNoRoom(at: now)
            return SettlementReply(reason: .noRoom)
        }
        guard let (answer, receipt) = applied else { return resting() }
        try await receipt?.wait()
        if receipt != nil { context.bell.ring(breaker.table.policyID, key) }
        if answer.isCounted || answer.reason == .ignored {
            let place = BreakerCount(report.outcome)
            breaker.tally.add((place, report.count), at: now)
        }
        return SettlementReply(answer)
    }

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
        let policy = breaker.rules.now.entry
        guard policy.mode != .disabled else { return true }
        guard !context.census.hasRoom, breaker.table.state(of: key) == nil else {
            return view.wouldAllow
        }
        return policy.document.whenUnreachable == .allow
    }

    func view(_ breaker: LiveBreaker, _ key: ExactString, at now: Instant) -> BreakerView {
        let spec = breaker.rules.now.spec
        return breaker.state(of: key, breaker.table.state(of: key), spec, at: now)
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

    private func resting(
        _ breaker: LiveBreaker, _ key: ExactString, _ reporter: String?
    ) -> BreakerReply {
        let now = context.clock.now()
        let view = view(breaker, key, at: now)
        let permit = BreakerPermit(
            generation: view.generation, probe: nil, expiresAt: now + Bounds.permitLifetime,
            reporter: reporter)
        return BreakerReply(
            decision: nil, position: view.position, generation: view.generation,
            permit: self.permit(permit, breaker, key), policy: breaker.rules.now.entry)
    }

    // MARK: KindRuntime

    func adopted(_ breaker: LiveBreaker) {
        resume(breaker)
        breaker.idleKeys.addAllAgain(at: context.clock.now())
    }

    func restore(_ write: StateWrite) throws {
        guard let breaker = live.find(id: write.policyID), let snapshot = write.state else {
            return
        }
        guard write.key != ForgottenGenerations.row else {
            guard breaker.forgotten.restore(snapshot) else {
                throw StoreError(.unusable, "a row of a breaker's own cannot be read")
            }
            return
        }
        try restoreState(write)
        breaker.idleKeys.add(write.key, at: context.clock.now())
    }

    func resume(_ breaker: LiveBreaker) {
        for key in breaker.table.allKeys { fallDue(breaker, key) }
    }
}

extension BreakerState: KeyState {}

extension Plane {
    /// The breakers.
    public var breakers: Breakers { self[Breakers.self] }
}
