import Resilience

/// The kinds that the parts of guards are of.
struct GuardKinds: Sendable {
    let limiters: Limiters
    let breakers: Breakers
    let bulkheads: Bulkheads
    let retries: Retries
    let timeouts: Timeouts
    let fallbacks: Fallbacks

    /// The policy of that number, where it is one that decides in guards.
    func identity(of policyID: Int64) -> PolicyIdentity? {
        limiters.live.find(id: policyID)?.rules.now.entry.identity
            ?? breakers.live.find(id: policyID)?.rules.now.entry.identity
            ?? bulkheads.live.find(id: policyID)?.rules.now.entry.identity
    }

    /// The kind that a part of a permit is of; nil when its policy is gone.
    func giver(of part: PermitPart) -> (any PartGiver)? {
        let givers: [any PartGiver] = [breakers, bulkheads]
        return givers.first { $0.owns(part.policyID) }
    }
}
