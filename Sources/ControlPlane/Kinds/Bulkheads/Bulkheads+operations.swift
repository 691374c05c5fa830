public import Resilience
import Store

/// What operators do to bulkheads.
extension Bulkheads {
    /// Frees all slots: of one key, or of all where none is given.
    ///
    /// - Returns: How many keys that were; one that has no state is not counted.
    public func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await resetEach(name, key) { bulkhead, key in
            reset(bulkhead, key, reason: reason, by: caller)
        }
    }

    /// Has a key's slots freed once that is on disk.
    private func reset(
        _ bulkhead: Live, _ key: ExactString, reason: String?, by caller: Caller
    ) -> PendingCommit? {
        changeOnceStored(bulkhead, key, makes: false) { state, turn in
            // What has ended by itself has done so whatever becomes of the reset.
            let expired = state.advance(turn.version.spec, to: turn.now)
            var after = state
            let freed = after.reset(turn.version.spec, at: turn.now).freed
            let event = turn.event(
                BulkheadEvent.reset.type, by: caller, ["freed": .integer(Int64(freed.count))],
                reason: reason)
            return (Self.effects(of: expired, turn), after, [event])
        } putInForce: { state, turn in
            let expired = state.reset(turn.version.spec, at: turn.now).expired
            return Self.effects(of: expired, turn)
        }
    }
}
