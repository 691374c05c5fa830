extension Kind {
    /// How often something may happen.
    public static let limiter = Kind(singular: "limiter", plural: "limiters")
}

extension LimiterPolicy {
    public static let kind = Kind.limiter

    public static let events = LimiterEvent.names

    public static let guardMember: GuardMember? = GuardMember(
        "limiters", order: 10, maximumCount: Bounds.limitersPerGuard, hasKey: true,
        "The limiters, in the order in which they are asked; all must allow a call.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("a tier", TierSpec.self),
            SpecTable("a limit", LimitSpec.self),
            SpecTable("`adaptive`", RateAdaptation.self),
            SpecTable("an assignment", AssignmentSpec.self),
        ]
    }
}

/// What can happen to a limiter.
public enum LimiterEvent: String, EventName {
    case limited, recovered, assigned, unassigned, reset, refunded

    public static let family = Kind.limiter.singular
}
