public import Resilience

extension Plane {
    /// The kinds of policies there are.
    static let kinds: [any KindRuntime.Type] = [
        Limiters.self, Breakers.self, Retries.self, Bulkheads.self, Timeouts.self,
        Fallbacks.self, Guards.self,
    ]

    /// The specs of their policies.
    public static let types: [any PolicySpec.Type] = kinds.map { $0.specType }

    /// The policies of one kind at work; there must be such a kind.
    public subscript<Kind: AnyObject & Sendable>(_ type: Kind.Type) -> Kind {
        guard let kind = context.kinds[type] else {
            preconditionFailure("a plane without \(type)")
        }
        return kind
    }
}
