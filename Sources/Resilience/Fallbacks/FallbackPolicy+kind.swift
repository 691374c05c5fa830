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
