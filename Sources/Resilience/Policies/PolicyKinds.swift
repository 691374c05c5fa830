/// The kinds of policies: the one place of the core where all of them are named.
///
/// A kind enters the core by its spec's type. What there is beside it, its events and what a guard
/// may ask of it included, is declared by that type.
public enum PolicyKinds {
    /// The kinds of this version.
    public static let standard: [any PolicySpec.Type] = [
        LimiterPolicy.self, BreakerPolicy.self, RetryPolicy.self, BulkheadPolicy.self,
        TimeoutPolicy.self, FallbackPolicy.self, GuardPolicy.self,
    ]

    /// What is declared of `kinds`, in their order, and after them of those that are reserved.
    public static func declarations(
        among kinds: [any PolicySpec.Type]
    ) -> [KindDeclaration] {
        let own = kinds.map { KindDeclaration($0) }
        let names = Set(own.map(\.kind))
        return own + KindDeclaration.reserved.filter { !names.contains($0.kind) }
    }
}

extension Kind {
    /// Those of this version, and those that are reserved.
    public static let all = PolicyKinds.declarations(among: PolicyKinds.standard).map(\.kind)
}

/// What is known of a kind without its spec.
public struct KindDeclaration: Sendable {
    /// The kind.
    public let kind: Kind
    /// What can happen to its policies, as their events are called after the kind.
    public let events: [String]
    /// How a guard's spec names its policies; nil where it does not.
    public let guardMember: GuardMember?

    /// What the spec of a kind declares.
    init(_ type: any PolicySpec.Type) {
        kind = type.kind
        events = type.events
        guardMember = type.guardMember
    }

    private init(_ kind: Kind, events: [String] = [], guardMember: GuardMember? = nil) {
        self.kind = kind
        self.events = events
        self.guardMember = guardMember
    }
}

/// Kinds that the wire knows and this version has no policies of.
///
/// Guards and fallbacks may name them, and the history may be asked for them: the answer is that
/// there is no such policy or event yet, not that the request makes no sense. Each goes away here
/// as its spec comes.
extension KindDeclaration {
    /// All of them.
    static let reserved = [
        KindDeclaration(
            .cache, events: ["cleared"],
            guardMember: GuardMember(
                "cache", order: 40, hasKey: true, "The cache that may answer instead.")),
        KindDeclaration(
            .budget, events: ["burning", "exhausted", "recovered"],
            guardMember: GuardMember(
                "budget", order: 80, hasKey: false, "The error budget that the outcomes count in.")
        ),
        KindDeclaration(.check, events: ["healthy", "degraded", "unhealthy"]),
        KindDeclaration(
            .recovery, events: ["started", "succeeded", "failed", "escalated", "interrupted"]),
        KindDeclaration(
            .alert,
            events: [
                "fired", "resolved", "acknowledged", "silenced", "delivered", "delivery_failed",
            ]),
    ]
}

extension Kind {
    /// Answers that were good the last time.
    public static let cache = Kind(singular: "cache", plural: "caches")
    /// How much may go wrong.
    public static let budget = Kind(singular: "budget", plural: "budgets")
    /// Whether something is well.
    public static let check = Kind(singular: "check", plural: "checks")
    /// What is done when something is not.
    public static let recovery = Kind(singular: "recovery", plural: "recoveries")
    /// Who is called.
    public static let alert = Kind(singular: "alert", plural: "alerts")
}
