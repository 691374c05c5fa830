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
        let breaker = try live.find(name)
        let keys = key.map { [$0] } ?? breaker.table.allKeys
        for key in keys {
            _ = try await change(name, key, reason: reason, by: caller) { $0.reset($1, at: $2) }
        }
        return keys.count
    }

    private func change(
        _ name: String, _ key: ExactString, reason: String?, by caller: Caller,
        _ body: (inout BreakerState, BreakerPolicy, Instant) -> [BreakerTransition]
    ) async throws -> BreakerView {
        let breaker = try live.find(name)
        let now = context.clock.now()
        let receipt = try breaker.table.apply(key, by: context.clock) { slot, now in
            let rules = breaker.rules.now
            let transitions = body(&slot.state, rules.spec, now)
            return journal(
                transitions, slot.state, breaker, rules, key, by: caller, reason: reason,
                at: now, isDurable: true)
        }
        try await receipt?.wait()
        return view(breaker, key, at: now)
    }
}
