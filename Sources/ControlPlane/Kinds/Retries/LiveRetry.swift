import Resilience
import Store

/// One retry policy at work.
final class LiveRetry: StatefulPolicy {
    let rules: Rules<SpecVersion<RetryPolicy>>
    let table: StateTable<RetryBudgetState>
    let tally = Tally<RetryCount>()
    let desk: EventDesk

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        table = StateTable(policyID: entry.record.id, census)
        desk = EventDesk(policyID: entry.record.id)
    }

    func isFresh(_ key: ExactString, _ state: RetryBudgetState, at now: Instant) -> Bool {
        state.isFresh(rules.now.spec.budget, at: now)
    }
}
