import Resilience
import Store

/// One retry policy at work.
final class LiveRetry: LivePolicy {
    let rules: Rules<SpecVersion<RetryPolicy>>
    let tally = Tally<RetryCount>()
    let desk: EventDesk

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        desk = EventDesk(policyID: entry.record.id)
    }
}

/// What is counted of a retry policy.
enum RetryCount: Int, TallyFigure {
    case retried, refused, successes, failures
}
