public import Resilience

/// What operators do to breakers.
extension Breakers {
    /// Puts a key's breaker where someone wants it.
    ///
    /// - Throws: `overloaded` when the key has no state and there is no room for one.
    public func force(
        _ name: String, _ key: ExactString, _ position: ManualPosition, reason: String?,
        by caller: Caller
    ) async throws -> BreakerView {
        if let until = position.until, until <= context.clock.now() {
            throw PlaneError.invalid(
                JSONPointer.root.appending("until_at"), "must be in the future")
        }
        return try await change(name, key, mustHaveRoom: true, reason: reason, by: caller) {
            $0.force(position, $1, at: $2)
        }
    }

    /// Hands a key's breaker back to its policy.
    public func release(
        _ name: String, _ key: ExactString, by caller: Caller
    ) async throws -> BreakerView {
        try await change(name, key, mustHaveRoom: false, reason: caller.reason, by: caller) {
            $0.release($1, at: $2)
        }
    }

    /// Sets breakers back to the beginning: one, or all that are not as new where none is given.
    ///
    /// - Returns: How many they were; one that has no state is not counted.
    public func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await context.operating.withLock {
            let breaker = try live.find(name)
            var rest = (key.map { [$0] } ?? used(breaker))[...]
            var count = 0
            // Each is a change of its own, since a calling program may come between; the writer
            // commits many of them at once, as many as it has room for.
            while !rest.isEmpty {
                let portion = rest.prefix(PlaneLimits.checkpointBatch)
                    .filter { breaker.table.state(of: $0) != nil }
                let receipts = portion.compactMap { key in
                    change(breaker, key, reason: reason, by: caller) { $0.reset($1, at: $2) }
                }
                rest = rest.dropFirst(PlaneLimits.checkpointBatch)
                count += receipts.count
                try await Receipt.wait(receipts.compactMap(\.self))
            }
            context.bell.ring(breaker.table.policyID)
            return count
        }
    }

    /// The keys whose breakers are not as new.
    private func used(_ breaker: LiveBreaker) -> [ExactString] {
        let now = context.clock.now()
        return breaker.table.allKeys.filter { key in
            breaker.table.state(of: key).map { !breaker.isFresh(key, $0, at: now) } ?? false
        }
    }

    /// Changes a key's breaker for an operator. Where the key has no state and can have none,
    /// there is nothing to be changed, unless it must have room.
    private func change(
        _ name: String, _ key: ExactString, mustHaveRoom: Bool, reason: String?,
        by caller: Caller,
        _ body: (inout BreakerState, BreakerPolicy, Instant) -> [BreakerTransition]
    ) async throws -> BreakerView {
        try await context.operating.withLock {
            let breaker = try live.find(name)
            let now = context.clock.now()
            let receipt = change(breaker, key, reason: reason, by: caller, body)
            if mustHaveRoom, receipt == nil { throw breaker.table.full }
            try await receipt??.wait()
            context.bell.ring(breaker.table.policyID, key)
            return view(breaker, key, at: now)
        }
    }

    /// - Returns: What tells when it is on disk, where anything needs to be; nil when the key has
    ///   no state and there is no room for one.
    private func change(
        _ breaker: LiveBreaker, _ key: ExactString, reason: String?, by caller: Caller,
        _ body: (inout BreakerState, BreakerPolicy, Instant) -> [BreakerTransition]
    ) -> Receipt?? {
        breaker.applyIfRoom(key, by: context.clock) { state, turn in
            var transitions = body(&state, turn.rules.spec, turn.now)
            // While it is disabled only what the operator does is told, not what was overdue.
            if turn.rules.entry.mode == .disabled { transitions = transitions.suffix(1) }
            return journal(
                transitions, state, breaker, turn.rules, key, by: caller, reason: reason,
                at: turn.now, isDurable: true)
        }
    }
}
