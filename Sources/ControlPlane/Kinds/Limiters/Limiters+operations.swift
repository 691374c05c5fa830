public import Resilience
import Store

/// What operators and clients do besides asking.
extension Limiters {
    /// Gives back what a call had cost, to every limit of its tier's account, never above full.
    ///
    /// - Returns: The answer that a call of that tier would get, and the least that a limit of it
    ///   took back, in whole tokens.
    public func refund(
        _ name: String, _ request: LimiterRequest, by caller: Caller
    ) async throws -> (answer: LimiterAnswer, refunded: Int64) {
        let limiter = try live.find(name)
        let (key, cost) = (request.key, request.cost)
        let now = context.clock.now()
        let version = limiter.version
        let tier = try limiter.own.tierRefunded(of: key, asking: request.tier, version, at: now)
        func change(refunding refunded: Int64) -> Change {
            Change(events: [
                EventDraft(
                    LimiterEvent.refunded.type, version.entry, key, by: caller,
                    [
                        "cost": .integer(cost), "tier": .string(tier),
                        "refunded": .integer(refunded),
                    ], reason: caller.reason, at: now)
            ])
        }
        func refund(_ state: inout LimiterState, at now: Instant) -> Int64 {
            let account = limiter.own.account(tier, of: key, limiter.version, at: now)
            return state.refund(cost, account, at: now)
        }
        // Handed over with the state at hand, so that no later state is written before this one.
        // It is in force once it is on disk.
        let commit = limiter.table.applyIfPresent(key) { slot in
            var state = slot.state
            var change = change(refunding: refund(&state, at: now))
            change.states = [limiter.table.write(of: key, state)]
            return PendingCommit(change, context.store.writer) {}
        }
        try await (commit ?? PendingCommit(change(refunding: 0), context.store.writer) {}).wait()
        let refunded = limiter.table.applyIfPresent(key) { slot in
            refund(&slot.state, at: context.clock.now())
        }
        limiter.counters.add(.refunded, at: now)
        pump(limiter, key)
        return (try answer(of: tier, limiter, key), refunded ?? 0)
    }

    /// The answer that a call of that tier would get; of the key's usual one where it is not in
    /// that tier any more.
    private func answer(
        of tier: String, _ limiter: Live, _ key: ExactString
    ) throws -> LimiterAnswer {
        let slot = limiter.table.slot(of: key)
        let turn = turn(limiter, key, at: context.clock.now())
        let usual = try turn.tier(nil)
        let tier = turn.own.tier(called: tier, of: key, turn.version, at: turn.now) ?? usual
        var answer = Self.look(
            LimiterRequest(key: key), tier, slot?.state, behind: slot?.waiting ?? [], turn)
        answer.accounts = Self.accounts(slot, turn)
        return answer
    }

    /// Forgets what keys have spent: one, or all where none is given.
    ///
    /// - Returns: How many had a state.
    public func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await resetStates(name, key, reason: reason, by: caller)
    }

    /// The keys after `cursor` that have a state, in the order of their bytes, at most `limit`.
    public func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString] {
        liveKeys(try live.find(name), after: cursor, limit: limit)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }
}
