import Resilience
import Store

/// One guard at work.
final class LiveGuard: StatefulPolicy {
    let rules: Rules<SpecVersion<GuardPolicy>>
    let table: StateTable<GuardState>
    let tally = Tally<GuardCount>()
    let desk: EventDesk

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        table = StateTable(policyID: entry.record.id, census)
        desk = EventDesk(policyID: entry.record.id)
    }

    func isFresh(_ key: ExactString, _ state: GuardState, at now: Instant) -> Bool { true }
}
