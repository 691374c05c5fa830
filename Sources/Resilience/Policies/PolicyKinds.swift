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
