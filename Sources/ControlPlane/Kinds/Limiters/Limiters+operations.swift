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
        let policy = limiter.rules.now
        let tier = try limiter.tierRefunded(of: key, asking: request.tier, policy, at: now)
        func change(refunding refunded: Int64) -> Change {
            Change(events: [
                event(
                    LimiterEvent.refunded.type, policy.entry, key, by: caller,
                    [
                        "cost": .integer(cost), "tier": .string(tier),
                        "refunded": .integer(refunded),
                    ], reason: caller.reason, at: now)
            ])
        }
        // Handed over with the state at hand, so that no later state is written before this one.
        let receipt = limiter.table.applyIfPresent(key) { slot in
            var state = slot.state
            let refunded = state.refund(cost, limiter.account(tier, of: key, at: now), at: now)
            var change = change(refunding: refunded)
            change.states = [limiter.table.write(of: key, state)]
            return Receipt(change, context.store.writer) {}
        }
        try await (receipt ?? Receipt(change(refunding: 0), context.store.writer) {}).wait()
        let refunded = limiter.table.applyIfPresent(key) { slot in
            let now = context.clock.now()
            return slot.state.refund(cost, limiter.account(tier, of: key, at: now), at: now)
        }
        limiter.tally.add((.refunded, 1), at: now)
        pump(limiter, key)
        return (try told(of: tier, limiter, key), refunded ?? 0)
    }

    /// The answer that a call of that tier would get; of the key's usual one where it is not in
    /// that tier any more.
    private func told(
        of tier: String, _ limiter: LiveLimiter, _ key: ExactString
    ) throws -> LimiterAnswer {
        let slot = limiter.table.slot(of: key)
        let rules = limiter.rules.now
        let now = context.clock.now()
        let usual = try limiter.tier(of: key, asking: nil, rules, at: now)
        let tier = limiter.tier(called: tier, of: key, rules, at: now) ?? usual
        var answer = answer(limiter, rules, LimiterRequest(key: key), tier, slot, at: now)
        answer.accounts = accounts(limiter, rules, key, slot)
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

    func wasReset(_ limiter: LiveLimiter, _ key: ExactString?) {
        if let key { return pump(limiter, key) }
        pumpAll(limiter)
        context.bell.ring(limiter.table.policyID)
    }

    /// The answers that live keys would get, in the order of their bytes.
    public func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [LimiterAnswer] {
        let limiter = try live.find(name)
        return try liveKeys(limiter, after: cursor, limit: limit).map {
            try peek(name, LimiterRequest(key: $0))
        }
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }
}
