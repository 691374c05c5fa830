import Resilience

/// The kinds that the parts of guards are of.
struct GuardKinds: Sendable {
    let all: KindDirectory

    init(_ all: KindDirectory) { self.all = all }

    var limiters: Limiters { self[Limiters.self] }
    var breakers: Breakers { self[Breakers.self] }
    var bulkheads: Bulkheads { self[Bulkheads.self] }
    var retries: Retries { self[Retries.self] }
    var timeouts: Timeouts { self[Timeouts.self] }
    var fallbacks: Fallbacks { self[Fallbacks.self] }

    private subscript<Kind: AnyObject>(_ type: Kind.Type) -> Kind {
        guard let kind = all[type] else { preconditionFailure("a guard without \(type)") }
        return kind
    }

    /// The kind that a part of a permit is of; nil when its policy is gone.
    func giver(of part: PermitPart) -> (any PartGiver)? {
        all.owner(of: part.policyID) as? any PartGiver
    }
}
