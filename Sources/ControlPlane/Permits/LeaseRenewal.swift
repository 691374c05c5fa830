import Resilience

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
