extension Kind {
    /// How long a call may take.
    public static let timeout = Kind(singular: "timeout", plural: "timeouts")
}

extension TimeoutPolicy {
    public static let kind = Kind.timeout

    public static let events = TimeoutEvent.names

    public static let guardMember: GuardMember? = GuardMember(
        "timeout", order: 60, hasKey: false,
        "The timeout policy that says how long a call may take.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("`adaptive`", TimeoutAdaptation.self)
        ]
    }
}

/// What can happen to a timeout.
public enum TimeoutEvent: String, EventName {
    case reset

    public static let family = Kind.timeout.singular
}
