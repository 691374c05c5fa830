import Resilience

/// What is counted of a breaker.
enum BreakerCount: Int, CountedFigure {
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
