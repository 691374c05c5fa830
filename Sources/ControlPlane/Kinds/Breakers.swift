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
        let rules = breaker.rules.now
        guard rules.entry.mode != .disabled else { return resting(breaker, rules, key, reporter) }
        let id = UInt64.random(in: .min ... .max)
        let (decision, receipt) = try breaker.table.apply(
            key, by: context.clock, isChange: Self.isChange
        ) { slot, now in
            let decision = slot.state.acquire(rules.spec, reporter: reporter, probe: id, at: now)
            let receipt = takeDown(
                decision, breaker, rules, key, slot.state, by: caller, at: now)
            return (decision, receipt)
        }
        do { try await receipt?.wait() } catch {
            takeBack(decision, breaker, rules, key, by: caller)
            throw error
        }
        let isAllowed = decision.isAllowed || rules.entry.mode == .shadow
        return BreakerReply(
            decision: decision, position: decision.position, generation: decision.generation,
            permit: isAllowed ? permit(decision.permit, breaker, key) : nil, policy: rules.entry)
    }

    /// Takes back the probe of a call that could not be stored, and so was not allowed.
    private func takeBack(
        _ decision: BreakerDecision, _ breaker: LiveBreaker, _ rules: SpecVersion<BreakerPolicy>,
        _ key: ExactString, by caller: Caller
    ) {
        guard decision.isAllowed, decision.permit.probe != nil else { return }
        _ = breaker.table.applyIfPresent(key) { slot in
            let now = context.clock.now()
            let overdue = slot.state.giveBack(decision.permit, rules.spec, at: now)
            _ = journal(
                overdue, slot.state, breaker, rules, key, by: caller, at: now, isDurable: false)
        }
        breaker.tally.add((.allowed, -1), at: context.clock.now())
        context.bell.ring(breaker.table.policyID, key)
    }

    /// Takes down what came of a call that asked, with the lock of the state held.
    func takeDown(
        _ decision: BreakerDecision, _ breaker: LiveBreaker, _ rules: SpecVersion<BreakerPolicy>,
        _ key: ExactString, _ state: BreakerState, by caller: Caller, at now: Instant
    ) -> Receipt? {
        breaker.tally.add((decision.isAllowed ? .allowed : .denied, 1), at: now)
        let isProbe = decision.isAllowed && decision.permit.probe != nil
        return journal(
            decision.transitions, state, breaker, rules, key, by: caller, at: now,
            isDurable: isProbe)
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
        let rules = breaker.rules.now
        let now = context.clock.now()
        guard rules.entry.mode != .disabled else {
            return SettlementReply(reason: "disabled", view(breaker, key, at: now).position)
        }
        let (answer, receipt) = try breaker.table.apply(key, by: context.clock) { slot, now in
            let answer = try apply(&slot.state, rules.spec, now)
            let receipt = journal(
                answer.transitions, slot.state, breaker, rules, key, by: caller, at: now,
                isDurable: isProbe)
            return (answer, receipt)
        }
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

    func view(_ breaker: LiveBreaker, _ key: ExactString, at now: Instant) -> BreakerView {
        let state = breaker.table.state(of: key) ?? BreakerState(at: now)
        return state.view(breaker.rules.now.spec, at: now)
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
        _ breaker: LiveBreaker, _ rules: SpecVersion<BreakerPolicy>, _ key: ExactString,
        _ reporter: String?
    ) -> BreakerReply {
        let now = context.clock.now()
        let view = view(breaker, key, at: now)
        let permit = BreakerPermit(
            generation: view.generation, probe: nil, expiresAt: now + Bounds.permitLifetime,
            reporter: reporter)
        return BreakerReply(
            decision: nil, position: view.position, generation: view.generation,
            permit: self.permit(permit, breaker, key), policy: rules.entry)
    }

    /// Whether a decision changed the state: a call through a closed breaker does not.
    static func isChange(_ answer: (BreakerDecision, Receipt?)) -> Bool {
        answer.1 != nil || !answer.0.isAllowed
    }

    // MARK: KindRuntime

    func adopted(_ breaker: LiveBreaker) { resume(breaker) }

    func resume(_ breaker: LiveBreaker) {
        for key in breaker.table.allKeys { fallDue(breaker, key) }
    }
}

extension BreakerState: KeyState {}
