/// What is counted of a limiter.
enum LimiterCount: Int, CountedFigure {
    case allowed, denied, waited, refunded, costSpent

    var name: String { self == .costSpent ? "cost_spent" : "\(self)" }
}
