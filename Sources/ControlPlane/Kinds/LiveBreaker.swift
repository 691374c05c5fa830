import Resilience
import Store

/// One breaker policy at work.
final class LiveBreaker: StatefulPolicy {
    let rules: Rules<SpecVersion<BreakerPolicy>>
    let table: StateTable<BreakerState>
    let tally = Tally<BreakerCount>()
    let desk: EventDesk

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        table = StateTable(policyID: entry.record.id, census)
        desk = EventDesk(policyID: entry.record.id)
    }

    func isFresh(_ key: ExactString, _ state: BreakerState, at now: Instant) -> Bool {
        state.isFresh(rules.now.spec, at: now)
    }
}
