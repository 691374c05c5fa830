import Resilience

/// A kind whose allowed calls get a permit.
protocol PermitIssuer: KindRuntime {
    /// Records the outcome of the call that a permit was given to, once.
    func settle(
        _ permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply

    /// Releases what a permit holds uncounted, also one that was settled or has ended.
    func release(_ permit: Permit, by caller: Caller) async throws
}

/// A kind whose permits stand for one state each, and that can be a part of what another permit
/// stands for.
protocol PartIssuer: PermitIssuer {
    /// Whether what it says of an outcome is the answer, where a permit has several parts.
    static var speaksForCall: Bool { get }

    /// When the lease of a part ends; nil where it has none, or that is over.
    func end(of part: PermitPart) -> Instant?

    /// Tells a state the outcome of a call.
    ///
    /// - Parameter marks: whether the permit is marked as settled in the same step; else that was
    ///   done by whoever gave it.
    func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, by caller: Caller,
        marks: Bool
    ) async throws -> SettlementReply

    /// How the lease of a part is made to last until `span` from now; nil when its policy is gone.
    func renewal(
        of part: PermitPart, of permit: Permit, for span: Timespan?, by caller: Caller
    ) -> LeaseRenewal?

    /// Releases the place of a part.
    ///
    /// - Parameter marks: whether the permit is marked as settled in the same step.
    func release(
        _ part: PermitPart, of permit: Permit, by caller: Caller, marks: Bool
    ) async throws
}

extension PartIssuer {
    static var speaksForCall: Bool { false }
}

/// How one lease of a permit is made to last longer, together with the others or not at all.
struct LeaseRenewal {
    /// What guards the state that holds the lease.
    let lock: any OrderedLock
    /// Whether the lease is held still; with the lock held.
    let isHeld: (_ now: Instant) -> Bool
    /// Makes a lease that is held last longer, with the lock held. Tells when it ends, and what
    /// must be on disk before that is told.
    let renew: (_ now: Instant) -> (end: Instant, commit: PendingCommit?)
    /// Looks after those who wait; without any lock held.
    let finish: () -> Void

    /// Renews all of them, or none where one is over.
    ///
    /// - Returns: When the first of them ends.
    static func renew(
        _ renewals: [LeaseRenewal], by clock: any PlaneClock
    ) async throws -> Instant {
        let renewed = OrderedLocks.locked(renewals.map(\.lock)) {
            let now = clock.now()
            return renewals.allSatisfy { $0.isHeld(now) } ? renewals.map { $0.renew(now) } : []
        }
        for renewal in renewals { renewal.finish() }
        guard let end = renewed.map(\.end).min() else {
            throw PlaneError(.conflict, "a lease of the permit is over, so none was renewed")
        }
        try await PendingCommit.wait(renewed.compactMap(\.commit))
        return end
    }
}
