import Resilience

/// What is counted of a timeout.
enum TimeoutCount: Int, CountedFigure {
    case successes, failures, timeouts, ignored

    /// The figure that an outcome adds to.
    init(_ outcome: Outcome) {
        switch outcome {
        case .success: self = .successes
        case .failure: self = .failures
        case .timeout: self = .timeouts
        case .ignored: self = .ignored
        }
    }
}
