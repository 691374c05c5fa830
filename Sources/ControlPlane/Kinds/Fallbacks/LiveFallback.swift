import Resilience
import Store

/// One fallback policy at work.
final class LiveFallback: LivePolicy {
    let rules: Rules<SpecVersion<FallbackPolicy>>
    let tally = Tally<FallbackCount>()
    let desk: EventDesk

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        desk = EventDesk(policyID: entry.record.id)
    }
}
