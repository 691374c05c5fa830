import Resilience
import Store

extension StatefulLiveKind {
    /// Sets states back to the beginning: one, or all where none is given. It is in force once it
    /// is on disk, with one event; where it cannot be written, nothing has come of it.
    ///
    /// - Returns: How many were not as new when it was handed over.
    func resetStates(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await context.operating.withLock {
            let live = try live.find(name)
            let now = context.clock.now()
            let count = (key.map { [$0] } ?? live.table.allKeys).count { key in
                live.table.state(of: key).map { !live.isFresh(key, $0, at: now) } ?? false
            }
            let policy = live.rules.now.entry
            let event = event(
                policy.kind.resetEvent, policy, key, by: caller,
                ["keys": .integer(Int64(count))], reason: reason, at: now)
            try await reset(live, key, telling: event).wait()
            wasReset(live, key)
            return count
        }
    }

    private func reset(
        _ live: Live, _ key: ExactString?, telling event: EventDraft
    ) -> Receipt {
        var change = Change(events: [event])
        let writer = context.store.writer
        guard let key else {
            change.clearedPolicies = [live.table.policyID]
            return live.table.reset(
                nil, by: change, with: writer, context.clock,
                begun: { live.resetBegun($0) }, ended: { live.resetEnded(isStored: $0) })
        }
        change.states = [StateWrite(policyID: live.table.policyID, key: key, state: nil)]
        return live.table.reset(key, by: change, with: writer, context.clock)
    }
}
