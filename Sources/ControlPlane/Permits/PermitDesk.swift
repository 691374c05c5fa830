public import Resilience

/// Where permits come back, whichever kind gave them.
public struct PermitDesk: Sendable {
    let permits: Permits
    let clock: any PlaneClock
    let givers: [any PermitGiver]

    /// Takes down the outcome of the call that a permit was given to, once.
    public func settle(
        _ text: String, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        let permit = try permits.permit(text)
        guard let giver = giver(of: permit) else {
            try await giveBackParts(of: permit, by: caller)
            return SettlementReply(reason: .gone)
        }
        return try await giver.settle(permit, report, by: caller)
    }

    /// Makes every lease that goes with a permit last until `span` from now, as its policy allows,
    /// or none of them where one is over.
    ///
    /// - Returns: Until when all of them last.
    public func renew(
        _ text: String, for span: Timespan?, by caller: Caller
    ) async throws -> Instant {
        let permit = try permits.permit(text)
        let leases = permit.parts.filter { $0.lease != nil }
        guard !leases.isEmpty, !permits.isSettled(permit), giver(of: permit) != nil else {
            throw PlaneError(.conflict, "the permit holds nothing that could be renewed")
        }
        let renewals = leases.compactMap { part in
            partGiver(of: part)?.renewal(of: part, of: permit, for: span, by: caller)
        }
        return try await LeaseRenewal.renew(
            renewals.count == leases.count ? renewals : [], by: clock)
    }

    /// Gives a permit back uncounted, also one that was settled or has ended.
    public func giveBack(_ text: String, by caller: Caller) async throws {
        let permit = try permits.permit(text)
        guard let giver = giver(of: permit) else {
            return try await giveBackParts(of: permit, by: caller)
        }
        try await giver.giveBack(permit, by: caller)
    }

    /// Gives back what a permit holds of policies that outlived the one that gave it.
    private func giveBackParts(of permit: Permit, by caller: Caller) async throws {
        guard try permits.settle(permit) else { return }
        for part in permit.parts where !part.hasNoState {
            try await partGiver(of: part)?.giveBack(part, of: permit, by: caller, mark: nil)
        }
    }

    private func partGiver(of part: PermitPart) -> (any PartGiver)? {
        givers.first { $0.owns(part.policyID) } as? any PartGiver
    }

    private func giver(of permit: Permit) -> (any PermitGiver)? {
        givers.first { $0.owns(permit.policyID) }
    }
}
