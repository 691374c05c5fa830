import Resilience

/// What is counted of a guard.
enum GuardCount: Int, TallyFigure {
    case allowed, denied, waited, successes, failures, ignored
}
