extension Kind {
    /// How many calls may be under way at once.
    public static let bulkhead = Kind(singular: "bulkhead", plural: "bulkheads")
}

extension BulkheadPolicy {
    public static let kind = Kind.bulkhead

    public static let events = BulkheadEvent.names

    public static let guardMember: GuardMember? = GuardMember(
        "bulkhead", order: 20, hasKey: true, "The bulkhead that a call holds a slot of.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("`adaptive`", AdaptiveConcurrencySpec.self)
        ]
    }
}

/// What can happen to a bulkhead.
public enum BulkheadEvent: String, EventName {
    case saturated, recovered
    case leaseExpired = "lease_expired"
    case reset

    public static let family = Kind.bulkhead.singular
}
