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
        try await context.operating.withLock {
            let limiter = try live.find(name)
            let now = context.clock.now()
            let keys = key.map { [$0] } ?? limiter.table.allKeys
            let count = keys.count { key in
                limiter.table.state(of: key).map { !limiter.isFresh(key, $0, at: now) } ?? false
            }
            var event = event(
                "limiter.reset", limiter.rules.now.entry, key, by: caller,
                ["keys": .integer(Int64(count))], at: now)
            event.reason = reason
            var change = Change(events: [event])
            if let key {
                change.states = [
                    StateWrite(policyID: limiter.table.policyID, key: key, state: nil)
                ]
            } else {
                change.clearedPolicies = [limiter.table.policyID]
            }
            try await context.store.record(change)
            for key in keys {
                limiter.table.applyIfPresent(key) { $0.state = LimiterState(at: now) }
            }
            if key == nil { limiter.rate.reset(limiter.rules.now, at: now) }
            for key in keys { pump(limiter, key) }
            return count
        }
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
