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
        // Lines are no states of keys: a bound of their own lets calls wait where keys have none.
        table = StateTable(
            policyID: entry.record.id, Census(maximum: PlaneLimits.guardLines))
        desk = EventDesk(policyID: entry.record.id)
    }

    func isFresh(_ key: ExactString, _ state: GuardState, at now: Instant) -> Bool { true }
}
