import Resilience

/// What is counted of a retry policy.
enum RetryCount: Int, CountedFigure {
    case retried, refused, successes, failures
}
