extension Kind {
    /// Policies that protect a call together.
    public static let `guard` = Kind(singular: "guard", plural: "guards")
}

extension GuardPolicy {
    public static let kind = Kind.guard

    public static let events = GuardEvent.names

    /// Parts that are asked about a key have a table, which is named after all of them.
    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        let parts = GuardSlot.all(among: kinds).filter(\.member.hasKey).map { slot in
            (slot.member.maximumCount == nil ? "the " : "a ") + slot.kind.singular
        }
        guard let last = parts.last else { return [] }
        let others = parts.dropLast().joined(separator: ", ")
        return [
            SpecTable(others.isEmpty ? last : "\(others) or \(last)", GuardPartSpec.self)
        ]
    }
}

/// What can happen to a guard.
public enum GuardEvent: String, EventName {
    case degraded, recovered

    public static let family = Kind.guard.singular
}
