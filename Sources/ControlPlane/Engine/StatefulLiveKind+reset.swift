import Resilience
import Store

extension StatefulLiveKind {
    /// Sets states back to the beginning: one, or all where none is given. That is handed over to
    /// be written, with one event, at the moment at which it is in force; where it cannot be
    /// written, the states are put back.
    ///
    /// - Returns: How many were not as new, once it is on disk.
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
                "\(policy.kind.singular).reset", policy, key, by: caller,
                ["keys": .integer(Int64(count))], reason: reason, at: now)
            try await reset(live, key, telling: event, at: now)
            return count
        }
    }

    private func reset(
        _ live: Live, _ key: ExactString?, telling event: EventDraft, at now: Instant
    ) async throws {
        var change = Change(events: [event])
        var putBackShared: () -> Void = {}
        let waiters = context.waiters
        let (before, receipt) = live.table.reset(
            key, mayHaveWaiters: { waiters.isAnyone }, at: now
        ) {
            if let key {
                change.states = [
                    StateWrite(policyID: live.table.policyID, key: key, state: nil)
                ]
            } else {
                let shared = live.resetShared(at: now)
                change.clearedPolicies = [live.table.policyID]
                change.states = shared.rows
                putBackShared = shared.putBack
            }
            return Receipt(change, context.store.writer) {}
        }
        wasReset(live, key)
        do { try await receipt.wait() } catch {
            live.table.putBack(before)
            putBackShared()
            resume(live)
            throw error
        }
    }
}
