public import Resilience

/// The fallbacks at work. They keep no state but counts.
public final class Fallbacks: PolicyKind {
    typealias Version = SpecVersion<FallbackPolicy>
    typealias Figure = FallbackCount

    let context: PlaneContext
    let live = LiveTable<Fallbacks>()

    init(_ context: PlaneContext) { self.context = context }

    /// What is answered instead of a call.
    ///
    /// - Parameter isUsed: whether it is; else it is told in advance, and not counted.
    /// - Returns: The strategy that answers; nil when none can.
    public func resolve(
        _ name: String, isUsed: Bool = true
    ) throws -> (strategy: FallbackStrategy?, policy: PolicyEntry) {
        let fallback = try live.find(name)
        let version = fallback.version
        // There are no caches yet, and so none that holds anything.
        let strategy = version.spec.strategy { $0.type != .cached }
        if isUsed, version.mode != .disabled {
            fallback.counters.add(FallbackCount(strategy?.type), at: context.clock.now())
        }
        return (strategy, version.entry)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }
}

extension Plane {
    /// The fallbacks.
    public var fallbacks: Fallbacks { self[Fallbacks.self] }
}

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
