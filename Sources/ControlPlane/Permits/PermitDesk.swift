public import Resilience

/// Where permits come back, whichever kind gave them.
public struct PermitDesk: Sendable {
    let permits: Permits
    let givers: [any PermitGiver]

    /// Takes down the outcome of the call that a permit was given to, once.
    public func settle(
        _ text: String, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        let permit = try permits.permit(text)
        guard let giver = giver(of: permit) else {
            try await giveBackParts(of: permit, by: caller)
            return SettlementReply(reason: "gone", nil)
        }
        return try await giver.settle(permit, report, by: caller)
    }

    /// Makes the lease that goes with a permit last until `span` from now.
    ///
    /// - Returns: Until when it lasts.
    public func renew(
        _ text: String, for span: Timespan?, by caller: Caller
    ) async throws -> Instant {
        let permit = try permits.permit(text)
        let leases = permit.parts.contains { $0.lease != nil }
        guard leases, !permits.isSettled(permit), let giver = giver(of: permit) else {
            throw PlaneError(.conflict, "the permit holds nothing that could be renewed")
        }
        return try await giver.renew(permit, for: span, by: caller)
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
        for part in permit.parts {
            let giver = givers.first { $0.owns(part.policyID) } as? any PartGiver
            try await giver?.giveBack(part, of: permit, by: caller, mark: nil)
        }
    }

    private func giver(of permit: Permit) -> (any PermitGiver)? {
        givers.first { $0.owns(permit.policyID) }
    }
}
