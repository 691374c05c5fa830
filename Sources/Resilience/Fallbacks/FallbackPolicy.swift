/// The spec of a fallback: what is answered instead, when a call cannot be made or fails.
///
/// It keeps no state. Of several strategies the one of the highest priority that can answer does;
/// of equal ones the first.
public struct FallbackPolicy: PolicySpec {
    /// What can be answered.
    public var strategies: [FallbackStrategy] = []

    public init() {}

    public static let fields: [Field<FallbackPolicy>] = [
        Field(
            "strategies", \.strategies,
            .list(of: .object, maximumCount: Bounds.fallbackStrategies), isRequired: true,
            "What can be answered; the one of the highest priority that can answer does.")
    ]

    /// The caches that are looked into.
    public var references: [PolicyReference] {
        strategies.enumerated().compactMap { index, strategy in
            guard let cache = strategy.cache else { return nil }
            let place = JSONPointer.root.appending("spec").appending("strategies")
                .appending(index).appending("cache")
            return PolicyReference(place, PolicyIdentity(.cache, cache))
        }
    }

    /// The strategy that answers: the first of the highest priority among those that
    /// `canAnswer`; nil when none can.
    public func strategy(
        where canAnswer: (FallbackStrategy) -> Bool
    ) -> FallbackStrategy? {
        var best: FallbackStrategy?
        for strategy in strategies where strategy.priority > best?.priority ?? .min {
            if canAnswer(strategy) { best = strategy }
        }
        return best
    }
}

extension Kind {
    /// What is answered instead.
    public static let fallback = Kind(singular: "fallback", plural: "fallbacks")
}

extension FallbackPolicy {
    public static let kind = Kind.fallback

    public static let guardMember: GuardMember? = GuardMember(
        "fallback", order: 70, hasKey: false,
        "What stands in for the answer of a call that is denied or fails.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("a strategy", FallbackStrategy.self)
        ]
    }
}

extension Bounds {
    /// Strategies of a fallback; each is looked at when it is asked.
    public static let fallbackStrategies = 32
    /// How much one thing is preferred to another.
    public static let priorities: ClosedRange<Int64> = 0...1_000_000
}
