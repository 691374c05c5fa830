public import Resilience

/// The fallbacks at work. They keep no state but counts.
public final class Fallbacks: LiveKind {
    let context: PlaneContext
    let live = LiveTable<LiveFallback>()

    init(_ context: PlaneContext) { self.context = context }

    /// What is answered instead of a call.
    ///
    /// - Parameter isUsed: whether it is; else it is told in advance, and not counted.
    /// - Returns: The strategy that answers; nil when none can.
    public func resolve(
        _ name: String, isUsed: Bool = true
    ) throws -> (strategy: FallbackStrategy?, policy: PolicyEntry) {
        let fallback = try live.find(name)
        let rules = fallback.rules.now
        // There are no caches yet, and so none that holds anything.
        let strategy = rules.spec.strategy { $0.type != .cached }
        if isUsed, rules.entry.mode != .disabled {
            fallback.tally.add((FallbackCount(strategy?.type), 1), at: context.clock.now())
        }
        return (strategy, rules.entry)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }
}

extension Plane {
    /// The fallbacks.
    public var fallbacks: Fallbacks { self[Fallbacks.self] }
}
