import Resilience
import Store

/// One breaker policy at work.
final class LiveBreaker: LivePolicy {
    let rules: Rules<BreakerPolicy>
    let table: StateTable<BreakerState>
    let tally = Tally(BreakerCount.allCases.count)

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        table = StateTable(policyID: entry.record.id, census)
    }
}

extension BreakerState: KeyState {}

/// What is counted of a breaker.
enum BreakerCount: Int, CaseIterable {
    case allowed, denied, successes, failures, ignored

    /// The figure that an outcome adds to.
    init(_ outcome: Outcome) {
        switch outcome {
        case .success: self = .successes
        case .failure, .timeout: self = .failures
        case .ignored: self = .ignored
        }
    }
}
