extension Kind {
    /// Whether a failed call is tried again.
    public static let retry = Kind(singular: "retry", plural: "retries")
}

extension RetryPolicy {
    public static let kind = Kind.retry

    public static let events = RetryEvent.names

    public static let guardMember: GuardMember? = GuardMember(
        "retry", order: 50, hasKey: false,
        "The retry policy that says whether a failed call is tried again.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("`retry_on` and `never_on`", FailureTypes.self),
            SpecTable("`budget`", RetryBudgetSpec.self),
        ]
    }
}

/// What can happen to a retry policy.
public enum RetryEvent: String, EventName {
    case exhausted
    case budgetExhausted = "budget_exhausted"
    case budgetRecovered = "budget_recovered"
    case reset

    public static let family = Kind.retry.singular
}
