import Resilience

/// A kind whose permits stand for one state each, and that can be a part of what another permit
/// stands for.
///
/// A permit of its own is settled once by being marked with the state's lock held; a permit of
/// several parts is marked by whoever gave it, and its parts are told without.
protocol PartGiver: PermitGiver {
    /// What all kinds share.
    var context: PlaneContext { get }

    /// When the lease of a part ends; nil where it has none, or that is over.
    func end(of part: PermitPart) -> Instant?

    /// Tells a state the outcome of a call.
    ///
    /// - Parameter mark: marks the permit as settled, with the lock of the state held, and tells
    ///   whether it was not before; nil where that is done. It is called once, before the state is
    ///   changed: where it tells of a mark or fails, nothing is.
    func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, by caller: Caller,
        mark: (() throws -> Bool)?
    ) async throws -> SettlementReply

    /// How the lease of a part is made to last until `span` from now; nil when its policy is gone.
    func renewal(
        of part: PermitPart, of permit: Permit, for span: Timespan?, by caller: Caller
    ) -> LeaseRenewal?

    /// Gives the place of a part back.
    ///
    /// - Parameter mark: notes that the permit is settled, with the lock of the state held, and
    ///   tells whether it was not before; nil where that is done.
    func giveBack(
        _ part: PermitPart, of permit: Permit, by caller: Caller, mark: (() throws -> Bool)?
    ) async throws
}

extension PartGiver {
    func settle(
        _ permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        let permits = context.permits
        guard !permit.parts[0].hasNoState else {
            guard !permits.isSettled(permit), context.clock.now() < permit.expiresAt else {
                return SettlementReply(
                    reason: permits.isSettled(permit) ? .duplicate : .expired)
            }
            let isFirst = try permits.settle(permit)
            return SettlementReply(reason: isFirst ? .noRoom : .duplicate)
        }
        let end = end(of: permit.parts[0])
        return try await settle(permit.parts[0], of: permit, report, by: caller) {
            try permits.settle(permit, until: end)
        }
    }

    func giveBack(_ permit: Permit, by caller: Caller) async throws {
        let permits = context.permits
        guard !permit.parts[0].hasNoState else {
            if context.clock.now() < permit.expiresAt { _ = try permits.settle(permit) }
            return
        }
        let end = end(of: permit.parts[0])
        try await giveBack(permit.parts[0], of: permit, by: caller) {
            try permits.settle(permit, until: end)
        }
    }
}
