import Resilience
import Store

/// One timeout policy at work.
final class LiveTimeout: StatefulPolicy {
    let rules: Rules<SpecVersion<TimeoutPolicy>>
    let table: StateTable<TimeoutState>
    let tally = Tally<TimeoutCount>()
    let desk: EventDesk

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        table = StateTable(policyID: entry.record.id, census)
        desk = EventDesk(policyID: entry.record.id)
    }

    func isFresh(_ key: ExactString, _ state: TimeoutState, at now: Instant) -> Bool {
        state.isFresh
    }
}
