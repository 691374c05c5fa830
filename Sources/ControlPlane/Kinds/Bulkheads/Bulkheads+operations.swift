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
        try await context.operating.withLock {
            let bulkhead = try live.find(name)
            let now = context.clock.now()
            let keys =
                key.map { [$0] }
                ?? bulkhead.table.allKeys.filter { key in
                    bulkhead.table.state(of: key).map { !bulkhead.isFresh(key, $0, at: now) }
                        ?? false
                }
            // Each is a change of its own, since calls may come between; the writer commits many
            // of them at once, as many as it has room for.
            var count = 0
            for start in stride(from: 0, to: keys.count, by: PlaneLimits.checkpointBatch) {
                let portion = keys[start...].prefix(PlaneLimits.checkpointBatch)
                let receipts = portion.compactMap { key in
                    reset(bulkhead, key, reason: reason, by: caller)
                }
                count += receipts.count
                // Also where one of them could not be stored, others may have been.
                defer { for key in portion { pump(bulkhead, key) } }
                try await Receipt.wait(receipts)
            }
            return count
        }
    }

    /// Has a key's slots freed once that is on disk.
    ///
    /// - Returns: What tells when it is; nil when the key has no state.
    private func reset(
        _ bulkhead: LiveBulkhead, _ key: ExactString, reason: String?, by caller: Caller
    ) -> Receipt? {
        bulkhead.table.applyIfPresent(key, isChange: { _ in true }) { slot in
            let (rules, now) = (bulkhead.rules.now, context.clock.now())
            // What has ended by itself has done so whatever becomes of the reset.
            let expired = slot.state.advance(rules.spec, to: now)
            _ = journal(expired, slot.state, bulkhead, rules, key, at: now)
            var state = slot.state
            let freed = state.reset(rules.spec, at: now).freed
            let change = Change(events: [
                event(
                    BulkheadEvent.reset.type, rules.entry, key, by: caller,
                    ["freed": .integer(Int64(freed.count))], reason: reason, at: now)
            ])
            return bulkhead.table.reset(key, to: state, by: change, with: context.store.writer) {
                [weak self, weak bulkhead] slot in
                guard let self, let bulkhead else { return }
                let (rules, now) = (bulkhead.rules.now, self.context.clock.now())
                let expired = slot.state.reset(rules.spec, at: now).expired
                _ = self.journal(expired, slot.state, bulkhead, rules, key, at: now)
            }
        }
    }
}
