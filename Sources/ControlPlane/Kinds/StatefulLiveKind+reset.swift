import Resilience
import Store

extension StatefulLiveKind {
    /// Sets states back to the beginning: one, or all where none is given. That is on disk, with
    /// one event, before it is in force.
    ///
    /// - Parameter then: is done for each key once its state is as new.
    /// - Returns: How many were not as new.
    func resetStates(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller,
        then: (Live, ExactString) -> Void = { _, _ in }
    ) async throws -> Int {
        try await context.operating.withLock {
            let live = try live.find(name)
            let now = context.clock.now()
            let keys = key.map { [$0] } ?? live.table.allKeys
            let count = keys.count { key in
                live.table.state(of: key).map { !live.isFresh(key, $0, at: now) } ?? false
            }
            let policy = live.rules.now.entry
            var change = Change(events: [
                event(
                    "\(policy.kind.singular).reset", policy, key, by: caller,
                    ["keys": .integer(Int64(count))], reason: reason, at: now)
            ])
            if let key {
                change.states = [
                    StateWrite(policyID: live.table.policyID, key: key, state: nil)
                ]
            } else {
                change.clearedPolicies = [live.table.policyID]
            }
            try await context.store.record(change)
            for key in keys {
                live.table.applyIfPresent(key) { $0.state = Live.State(at: now) }
                then(live, key)
            }
            return count
        }
    }
}
