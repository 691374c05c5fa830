import Resilience

/// What is counted of a guard.
enum GuardCount: Int, CountedFigure {
    case allowed, denied, waited, successes, failures, ignored
}
