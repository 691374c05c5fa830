import Resilience

/// What is counted of a fallback: how often each type of strategy answered, and none.
enum FallbackCount: Int, CountedFigure {
    case fixed, cached, degraded, redirect, unanswered

    var name: String { self == .fixed ? FallbackType.fixed.rawValue : "\(self)" }

    /// The figure of a strategy that answered.
    init(_ type: FallbackType?) {
        switch type {
        case .fixed: self = .fixed
        case .cached: self = .cached
        case .degraded: self = .degraded
        case .redirect: self = .redirect
        case nil: self = .unanswered
        }
    }
}
