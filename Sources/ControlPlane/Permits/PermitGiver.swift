/// A kind whose allowed calls get a permit.
protocol PermitGiver: KindRuntime {
    /// Takes down the outcome of the call that a permit was given to, once.
    func settle(
        _ permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply

    /// Gives a permit back uncounted, also one that was settled or has ended.
    func giveBack(_ permit: Permit, by caller: Caller) async throws
}
