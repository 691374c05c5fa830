import Resilience
import Store

/// One bulkhead policy at work.
final class LiveBulkhead: StatefulPolicy {
    let rules: Rules<SpecVersion<BulkheadPolicy>>
    let table: StateTable<BulkheadState>
    let tally = Tally<BulkheadCount>()
    let desk: EventDesk

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        table = StateTable(policyID: entry.record.id, census)
        desk = EventDesk(policyID: entry.record.id)
    }

    func isFresh(_ key: ExactString, _ state: BulkheadState, at now: Instant) -> Bool {
        state.isFresh(rules.now.spec, at: now)
    }
}
