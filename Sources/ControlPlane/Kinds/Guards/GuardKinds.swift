import Resilience

/// The kinds that the parts of guards are of.
struct GuardKinds: Sendable {
    let limiters: Limiters
    let breakers: Breakers
    let bulkheads: Bulkheads
    let retries: Retries
    let timeouts: Timeouts
    let fallbacks: Fallbacks

    /// The kind that a part of a permit is of; nil when its policy is gone.
    func giver(of part: PermitPart) -> (any PartGiver)? {
        let givers: [any PartGiver] = [breakers, bulkheads]
        return givers.first { $0.owns(part.policyID) }
    }
}
