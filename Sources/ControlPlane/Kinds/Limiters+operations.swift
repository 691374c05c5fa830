public import Resilience
import Store

/// What operators and clients do besides asking.
extension Limiters {
    /// Gives back what a call had cost, to every limit of the key's tier, never above full.
    public func refund(
        _ name: String, _ request: LimiterRequest, by caller: Caller
    ) async throws -> LimiterAnswer {
        let limiter = try live.find(name)
        let now = context.clock.now()
        let rules = limiter.rules.now
        let known = limiter.table.state(of: request.key)
        let tier = try limiter.tierCharged(for: request.key, known, rules, at: now)
        var change = Change(events: [
            event(
                "limiter.refunded", limiter.rules.now.entry, request.key, by: caller,
                [
                    "cost": .integer(request.cost), "tier": .string(tier.name),
                ], at: now)
        ])
        // Handed over with the state at hand, so that no later state is written before this one.
        let receipt = limiter.table.applyIfPresent(request.key) { slot in
            var state = slot.state
            state.refund(request.cost, tier, at: now)
            change.states = [
                StateWrite(
                    policyID: limiter.table.policyID, key: request.key, state: state.snapshot)
            ]
            return Receipt(change, context.store.writer) {}
        }
        try await (receipt ?? Receipt(change, context.store.writer) {}).wait()
        limiter.table.applyIfPresent(request.key) { slot in
            slot.state.refund(request.cost, tier, at: context.clock.now())
        }
        limiter.tally.add((.refunded, 1), at: now)
        pump(limiter, request.key)
        let isOfPolicy = limiter.rules.now.allowances[tier.name] != nil
        return try peek(
            name, LimiterRequest(key: request.key, tier: isOfPolicy ? tier.name : nil))
    }

    /// Forgets what keys have spent: one, or all where none is given.
    ///
    /// - Returns: How many had a state.
    public func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        let count = try await resetStates(name, key, reason: reason, by: caller) { pump($0, $1) }
        if key == nil, let limiter = try? live.find(name) {
            limiter.rate.reset(limiter.rules.now, at: context.clock.now())
            pumpAll(limiter)
        }
        return count
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
