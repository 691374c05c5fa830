public import Resilience
import Store

/// What operators and clients do besides asking.
extension Limiters {
    /// Gives back what a call had cost, to every limit of the key's tier, never above full.
    public func refund(
        _ name: String, _ request: LimiterRequest, by caller: Caller
    ) async throws -> LimiterAnswer {
        let limiter = try limiter(name)
        let now = context.clock.now()
        let rules = limiter.rules
        let state = limiter.table.state(of: request.key)
        let tier = try limiter.tierCharged(for: request.key, state, rules, at: now)
        var change = Change(events: [
            event(
                "refunded", limiter, request.key, by: caller,
                [
                    "cost": .integer(request.cost), "tier": .string(tier.name),
                ], at: now)
        ])
        if var state {
            state.refund(request.cost, tier, at: now)
            change.states = [
                StateWrite(
                    policyID: limiter.table.policyID, key: request.key, state: state.snapshot)
            ]
        }
        try await context.store.record(change)
        limiter.table.applyIfPresent(request.key) { slot in
            slot.state.refund(request.cost, tier, at: context.clock.now())
        }
        limiter.tally.add((LimiterCount.refunded.place, 1), at: now)
        pump(limiter, request.key)
        let isOfPolicy = limiter.rules.allowances[tier.name] != nil
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
            let limiter = try limiter(name)
            let now = context.clock.now()
            let keys = key.map { [$0] } ?? limiter.table.allKeys
            let count = keys.count { key in
                limiter.table.state(of: key).map { !limiter.isFresh(key, $0, at: now) } ?? false
            }
            var event = event(
                "reset", limiter, key, by: caller, ["keys": .integer(Int64(count))], at: now)
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
                pump(limiter, key)
            }
            return count
        }
    }

    /// The answers that live keys would get, in the order of their bytes.
    public func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [LimiterAnswer] {
        let limiter = try limiter(name)
        let now = context.clock.now()
        let keys = limiter.table.keys(after: cursor, limit: limit) {
            limiter.isFresh($0, $1, at: now)
        }
        return try keys.map { try peek(name, LimiterRequest(key: $0)) }
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats {
        let figures = try limiter(name).tally.figures(at: context.clock.now())
        return KindStats(
            names: LimiterCount.allCases.map(\.rawValue), totals: figures.totals,
            lastMinute: figures.lastMinute)
    }

    /// An event about a limiter that `caller` caused.
    func event(
        _ type: String, _ limiter: LiveLimiter, _ key: ExactString?, by caller: Caller,
        _ data: JSONObject, at now: Instant
    ) -> EventDraft {
        let policy = limiter.rules.entry
        return EventDraft(
            "limiter.\(type)", at: now, actor: caller.actor, traceID: caller.traceID,
            kind: policy.kind.singular, name: policy.name, key: key?.text,
            policyVersion: policy.version, data: data)
    }
}

/// What was counted of a policy.
public struct KindStats: Sendable {
    /// What each figure counts.
    public let names: [String]
    /// The figures since the start of the server.
    public let totals: [Int64]
    /// The figures of the last sixty seconds.
    public let lastMinute: [Int64]
}
