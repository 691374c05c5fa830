import Resilience

/// A kind whose allowed calls get a permit.
protocol PermitGiver: KindRuntime {
    /// Takes down the outcome of the call that a permit was given to, once.
    func settle(
        _ permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply

    /// Makes the leases that go with a permit last until `span` from now, as the policy allows.
    ///
    /// - Returns: Until when they last.
    func renew(_ permit: Permit, for span: Timespan?, by caller: Caller) async throws -> Instant

    /// Gives a permit back uncounted, also one that was settled or has ended.
    func giveBack(_ permit: Permit, by caller: Caller) async throws
}
