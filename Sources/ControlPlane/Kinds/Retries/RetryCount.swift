import Resilience

/// What is counted of a retry policy.
enum RetryCount: Int, TallyFigure {
    case retried, refused, successes, failures
}
