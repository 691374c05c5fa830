public import Resilience
import Store
import Synchronization

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
        try await resetEach(name, key) { breaker, key in
            change(breaker, key, makes: false, reason: reason, by: caller) {
                $0.reset($1, at: $2)
            }
        }
    }

    /// Changes a key's breaker for an operator. Where the key has no state and can have none,
    /// there is nothing to be changed, unless it must have room.
    private func change(
        _ name: String, _ key: ExactString, mustHaveRoom: Bool, reason: String?,
        by caller: Caller, _ operation: @escaping Operation
    ) async throws -> BreakerView {
        try await context.operating.withLock {
            let breaker = try live.find(name)
            let now = context.clock.now()
            let commit = change(
                breaker, key, makes: true, reason: reason, by: caller, operation)
            if mustHaveRoom, commit == nil { throw breaker.table.full }
            try await commit?.wait()
            changed(breaker, key)
            return view(breaker, key, at: now)
        }
    }

    /// What is done to a breaker.
    private typealias Operation =
        @Sendable (inout BreakerState, BreakerPolicy, Instant) -> [BreakerTransition]

    /// Has a key's breaker changed once that is on disk.
    private func change(
        _ breaker: Live, _ key: ExactString, makes: Bool, reason: String?, by caller: Caller,
        _ operation: @escaping Operation
    ) -> PendingCommit? {
        let planned = PlannedState()
        return changeOnceStored(breaker, key, makes: makes) { state, turn in
            // It may be refused: what was overdue is done all the same.
            let overdue = Self.advance(&state, turn)
            var after = state
            _ = turn.own.beginAnew(key, &after, turn.version.spec, at: turn.now)
            var transitions = operation(&after, turn.version.spec, turn.now)
            // While it is disabled only what the operator does is told, not what was overdue.
            if turn.version.mode == .disabled { transitions = transitions.suffix(1) }
            planned.note(before: state, after: after)
            return (
                overdue, after, Self.events(of: transitions, turn, by: caller, reason: reason)
            )
        } putInForce: { state, turn in
            guard let (before, after) = planned.states else { return Effects() }
            guard state != before else {
                state = after
                return Effects()
            }
            // Calls have changed it meanwhile. It is written anew, so that no generation that was
            // told since is told again after a crash; what calls have moved is told to be moved
            // back, else the change has been told.
            let isMoved = state.generation != before.generation
            _ = turn.own.beginAnew(key, &state, turn.version.spec, at: turn.now)
            let transitions = operation(&state, turn.version.spec, turn.now)
            return Self.effects(
                of: isMoved ? transitions : [], turn, by: caller, reason: reason, isAwaited: true)
        }
    }
}

/// What a change comes to by the state at the time it is handed over. Guarded by a mutex.
private final class PlannedState: Sendable {
    private let content = Mutex<(before: BreakerState, after: BreakerState)?>(nil)

    var states: (before: BreakerState, after: BreakerState)? { content.withLock(\.self) }

    func note(before: BreakerState, after: BreakerState) {
        content.withLock { $0 = (before, after) }
    }
}
