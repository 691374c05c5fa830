import Resilience

/// One attempt to pass all parts of a guard: they are asked at one instant on copies of their
/// states, and then all copies are kept, or none is.
struct GuardAttempt {
    let parts: [GuardPart]

    /// What the parts say together.
    struct JointAnswer {
        /// The first part that denies the call.
        let deniedBy: GuardDenial?
        /// The longest wait of those that deny it; nil when one of them cannot tell.
        let retryAfter: Timespan?
        fileprivate let refusals: [GuardRefusal]
        /// The parts that deny it.
        let obstacles: [BlockedLines.Obstacle]

        /// Whether a call waits that would do so until `deadline`; not where that is no use.
        /// What changes sooner than is known is told when it changes.
        func waits(until deadline: Instant, at now: Instant) -> Bool {
            deniedBy != nil && now < deadline && !refusals.contains(where: \.isFinal)
                && obstacles.allSatisfy { $0.soonest.map { $0 <= deadline } ?? true }
        }
    }

    /// Does `body` with the locks of all parts held.
    func locked<Answer>(_ body: () throws -> Answer) rethrows -> Answer {
        try OrderedLocks.locked(parts.map(\.lock), body)
    }

    /// Asks all parts; with their locks held.
    func ask(by caller: Caller, at now: Instant) throws -> JointAnswer {
        for part in parts { try part.ask(by: caller, at: now) }
        // Where a part denies the call by itself, none is blamed that would only have it wait for
        // its turn.
        var denying = parts.filter { !$0.isAllowed }
        let blocking = denying.filter { !$0.isOnlyBehind }
        if !blocking.isEmpty { denying = blocking }
        let refusals = denying.compactMap(\.refusal)
        let waits = refusals.map(\.retryAfter)
        return JointAnswer(
            deniedBy: zip(denying, refusals).map {
                GuardDenial(policy: $0.policy, reason: $1.reason)
            }.first,
            retryAfter: waits.contains(nil) ? nil : waits.compactMap(\.self).max(),
            refusals: refusals,
            obstacles: zip(denying, refusals).map { part, refusal in
                BlockedLines.Obstacle(
                    part: BlockedLines.Part(policyID: part.policyID, key: part.key),
                    cost: cost(of: part), soonest: refusal.soonest.map { now + $0 })
            })
    }

    /// How much a call takes of a part, which may stand in the guard more than once.
    private func cost(of part: GuardPart) -> Int64 {
        parts.filter { $0.policyID == part.policyID && $0.key == part.key }
            .reduce(0) { $0 + $1.call.cost }
    }

    /// Records what came of it: all parts keep it when the call is allowed, else only those that
    /// would not have it, which count a denial.
    ///
    /// - Returns: What must be on disk before the call is answered.
    func record(_ joint: JointAnswer, by caller: Caller) throws -> [PendingCommit] {
        guard joint.deniedBy != nil else { return try parts.flatMap { try $0.keep(by: caller) } }
        let isBlocked = parts.contains { !$0.isAllowed && !$0.isOnlyBehind }
        var commits: [PendingCommit] = []
        for part in parts {
            if part.refusal == nil || isBlocked && part.isOnlyBehind {
                try part.drop()
            } else {
                commits += try part.refuse(by: caller)
            }
        }
        return commits
    }
}
