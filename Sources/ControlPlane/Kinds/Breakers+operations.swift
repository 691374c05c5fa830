public import Resilience
import Store

/// What operators do to breakers.
extension Breakers {
    /// Puts a key's breaker where someone wants it.
    public func force(
        _ name: String, _ key: ExactString, _ position: ManualPosition, reason: String?,
        by caller: Caller
    ) async throws -> BreakerView {
        if let until = position.until, until <= context.clock.now() {
            throw PlaneError.invalid(
                JSONPointer.root.appending("until_at"), "must be in the future")
        }
        return try await change(name, key, reason: reason, by: caller) {
            $0.force(position, $1, at: $2)
        }
    }

    /// Hands a key's breaker back to its policy.
    public func release(
        _ name: String, _ key: ExactString, by caller: Caller
    ) async throws -> BreakerView {
        try await change(name, key, reason: nil, by: caller) { $0.release($1, at: $2) }
    }

    /// Sets breakers back to the beginning: one, or all where none is given.
    ///
    /// - Returns: How many there were.
    public func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await context.operating.withLock {
            let breaker = try live.find(name)
            let keys = key.map { [$0] } ?? breaker.table.allKeys
            // Each is a change of its own, since a calling program may come between; the writer
            // commits as many of them at once as it can.
            let receipts = try keys.compactMap { key in
                try change(breaker, key, reason: reason, by: caller) { $0.reset($1, at: $2) }
            }
            try await Receipt.wait(receipts)
            context.bell.ring(breaker.table.policyID)
            return keys.count
        }
    }

    private func change(
        _ name: String, _ key: ExactString, reason: String?, by caller: Caller,
        _ body: (inout BreakerState, BreakerPolicy, Instant) -> [BreakerTransition]
    ) async throws -> BreakerView {
        try await context.operating.withLock {
            let breaker = try live.find(name)
            let now = context.clock.now()
            try await change(breaker, key, reason: reason, by: caller, body)?.wait()
            context.bell.ring(breaker.table.policyID, key)
            return view(breaker, key, at: now)
        }
    }

    private func change(
        _ breaker: LiveBreaker, _ key: ExactString, reason: String?, by caller: Caller,
        _ body: (inout BreakerState, BreakerPolicy, Instant) -> [BreakerTransition]
    ) throws -> Receipt? {
        try breaker.table.apply(key, by: context.clock) { slot, now in
            let rules = breaker.rules.now
            let transitions = body(&slot.state, rules.spec, now)
            return journal(
                transitions, slot.state, breaker, rules, key, by: caller, reason: reason,
                at: now, isDurable: true)
        }
    }
}
