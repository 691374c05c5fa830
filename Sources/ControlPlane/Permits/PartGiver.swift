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
    /// - Parameter mark: notes that the permit is settled, with the lock of the state held; nil
    ///   where that is done.
    func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, by caller: Caller,
        mark: (() throws -> Void)?
    ) async throws -> SettlementReply

    /// Makes the lease of a part last longer; nil when it is over.
    func renew(
        _ part: PermitPart, of permit: Permit, for span: Timespan?, by caller: Caller
    ) async throws -> Instant?

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
        let end = end(of: permit.parts[0])
        return try await settle(permit.parts[0], of: permit, report, by: caller) {
            // The lock of the state is held since it was found to be unsettled.
            guard try permits.settle(permit, until: end) else {
                preconditionFailure("marked with the lock held")
            }
        }
    }

    func renew(_ permit: Permit, for span: Timespan?, by caller: Caller) async throws -> Instant {
        let end = try await renew(permit.parts[0], of: permit, for: span, by: caller)
        guard let end else { throw PlaneError(.conflict, "the lease is over") }
        return end
    }

    func giveBack(_ permit: Permit, by caller: Caller) async throws {
        let permits = context.permits
        let end = end(of: permit.parts[0])
        try await giveBack(permit.parts[0], of: permit, by: caller) {
            try permits.settle(permit, until: end)
        }
    }
}
