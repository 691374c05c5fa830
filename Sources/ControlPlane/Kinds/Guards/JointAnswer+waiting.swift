import Resilience

/// What a guard makes of the answer of its parts.
extension JointAnswer<GuardPart> {
    /// The first part that denies the call.
    var deniedBy: GuardDenial? {
        denials.first.map { GuardDenial(policy: $0.part.policy, reason: $0.refusal.reason) }
    }

    /// Whether a call waits that would do so until `deadline`; not where that is no use. What
    /// changes sooner than is known is told when it changes.
    func waits(until deadline: Instant) -> Bool {
        isDenied && instant < deadline
            && denials.allSatisfy { _, refusal in
                !refusal.isFinal && refusal.soonest.map { instant + $0 <= deadline } ?? true
            }
    }

    /// The parts that deny the call, and when each may allow it.
    var obstacles: [BlockedLines.Obstacle] {
        denials.map { part, refusal in
            BlockedLines.Obstacle(
                part: BlockedLines.Part(policyID: part.policyID, key: part.key),
                cost: cost(of: part), soonest: refusal.soonest.map { instant + $0 })
        }
    }

    /// How much a call takes of a part, which may stand in the guard more than once.
    private func cost(of part: GuardPart) -> Int64 {
        parts.filter { $0.policyID == part.policyID && $0.key == part.key }
            .reduce(0) { $0 + $1.call.cost }
    }
}
