import Resilience
import Store

/// The guards at work.
///
/// A guard keeps no state but the lines of those who wait; what is charged is that of its parts.
/// Who waits holds nothing: the parts are asked anew when the answer of one of them may have
/// changed, for calls with the same keys in the order they came.
public final class Guards: WaitingKind {
    let context: PlaneContext
    let live = LiveTable<LiveGuard>()
    let kinds: GuardKinds

    init(_ context: PlaneContext, _ kinds: GuardKinds) {
        self.context = context
        self.kinds = kinds
        context.bell.listen { [weak self] in self?.partChanged($0) }
    }

    /// Decides on a call, and charges all parts when it is allowed.
    ///
    /// With a `wait` the answer may take as long, in policy time. A call that could not be allowed
    /// within its wait is answered at once.
    public func acquire(
        _ name: String, _ request: GuardRequest, by caller: Caller
    ) async throws -> GuardAnswer {
        let live = try live.find(name)
        let rules = live.rules.now
        let keys = try GuardKeys(rules.spec, request.attributes)
        guard rules.entry.mode != .disabled else { return try rest(live, rules, request) }
        if request.wait > .zero, rules.entry.mode == .enforce {
            // What changed at this moment is for those who wait already.
            if context.waiters.isAnyone { pump(live, keys.line) }
            let answer = try await wait(live, keys.line, request, for: request.wait, by: caller)
            if Task.isCancelled {
                // Nobody is there to take it any more.
                await answer.takeBack?()
                throw CancellationError()
            }
            return answer
        }
        var ahead: [Int64] = []
        if context.waiters.isAnyone {
            pump(live, keys.line)
            ahead = live.table.slot(of: keys.line)?.waiters.map(\.request.cost) ?? []
        }
        let (answer, receipts) = try decide(
            live, rules, keys, request, behind: ahead, by: caller)
        if !receipts.isEmpty { try await Receipt.wait(receipts) }
        return answer
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }

    // MARK: Waiting

    func admit(
        _ live: LiveGuard, _ key: ExactString, _ request: GuardRequest, for span: Timespan,
        _ slot: inout StateTable<GuardState>.Slot, by caller: Caller, at now: Instant
    ) throws -> Admission<GuardAnswer> {
        let rules = live.rules.now
        let keys = try GuardKeys(rules.spec, request.attributes)
        return try attempt(
            live, rules, keys, request, behind: slot.waiters.map(\.request.cost),
            until: now + span, by: caller)
    }

    func deny(
        _ live: LiveGuard, _ key: ExactString, _ request: GuardRequest,
        _ slot: inout StateTable<GuardState>.Slot, by caller: Caller, at now: Instant
    ) throws -> (answer: GuardAnswer, receipts: [Receipt]) {
        let rules = live.rules.now
        let keys = try GuardKeys(rules.spec, request.attributes)
        return try decide(
            live, rules, keys, request, behind: slot.waiters.map(\.request.cost), by: caller)
    }

    func serve(
        _ live: LiveGuard, _ key: ExactString, _ slot: inout StateTable<GuardState>.Slot,
        at now: Instant
    ) -> (served: [Served<GuardRequest, GuardAnswer>], next: Instant?) {
        let rules = live.rules.now
        var served: [Served<GuardRequest, GuardAnswer>] = []
        var next: Instant?
        var waiting: [GuardState.Waiter] = []
        for waiter in slot.waiters {
            let request = waiter.request
            do {
                let keys = try GuardKeys(rules.spec, request.attributes)
                let deadline = rules.entry.mode == .enforce ? waiter.deadline : now
                let admission = try attempt(
                    live, rules, keys, request, behind: waiting.map(\.request.cost),
                    until: deadline, waited: now - waiter.since, by: waiter.caller)
                switch admission {
                case .wait(let turn):
                    next = min(next ?? turn, turn)
                    waiting.append(waiter)
                case .answer(let answer, let receipts):
                    served.append(
                        Served(waiter: waiter, result: .success(answer), receipts: receipts))
                }
            } catch {
                served.append(Served(waiter: waiter, result: .failure(error)))
            }
        }
        slot.waiters = waiting
        return (served, next)
    }

    /// Looks after the calls that wait for guards with a part that changed.
    private func partChanged(_ policyID: Int64) {
        guard context.waiters.isAnyone, let part = kinds.identity(of: policyID) else { return }
        for live in live.all where live.table.count > 0 {
            let parts = live.rules.now.spec.references
            if parts.contains(where: { $0.identity == part }) { pumpAll(live) }
        }
    }
}
