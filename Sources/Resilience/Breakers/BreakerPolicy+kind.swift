extension Kind {
    /// When calls stop being let through.
    public static let breaker = Kind(singular: "breaker", plural: "breakers")
}

extension BreakerPolicy {
    public static let kind = Kind.breaker

    public static let events = BreakerEvent.names

    public static let guardMember: GuardMember? = GuardMember(
        "breaker", order: 30, hasKey: true, "The breaker that a call passes.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("the window", BreakerWindowSpec.self)
        ]
    }
}
