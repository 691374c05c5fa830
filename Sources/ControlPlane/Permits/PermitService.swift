public import Resilience

/// Where permits come back, whichever kind gave them.
public struct PermitService: Sendable {
    let permits: Permits
    let clock: any PlaneClock
    let issuers: [any PermitIssuer]

    /// Records the outcome of the call that a permit was given to, once.
    public func settle(
        _ text: String, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        let permit = try permits.permit(text)
        guard let issuer = issuer(of: permit) else {
            try await releaseParts(of: permit, by: caller)
            return .gone
        }
        return try await issuer.settle(permit, report, by: caller)
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
        guard !leases.isEmpty, !permits.isSettled(permit), issuer(of: permit) != nil else {
            throw PlaneError(.conflict, "the permit holds nothing that could be renewed")
        }
        let renewals = leases.compactMap { part in
            partIssuer(of: part)?.renewal(of: part, of: permit, for: span, by: caller)
        }
        return try await LeaseRenewal.renew(
            renewals.count == leases.count ? renewals : [], by: clock)
    }

    /// Releases what a permit holds uncounted, also one that was settled or has ended.
    public func release(_ text: String, by caller: Caller) async throws {
        let permit = try permits.permit(text)
        guard let issuer = issuer(of: permit) else {
            return try await releaseParts(of: permit, by: caller)
        }
        try await issuer.release(permit, by: caller)
    }

    /// Releases what a permit holds of policies that outlived the one that gave it.
    private func releaseParts(of permit: Permit, by caller: Caller) async throws {
        guard try permits.settle(permit) else { return }
        for part in permit.parts where !part.hasNoState {
            try await partIssuer(of: part)?.release(part, of: permit, by: caller, marks: false)
        }
    }

    private func partIssuer(of part: PermitPart) -> (any PartIssuer)? {
        issuers.first { $0.owns(part.policyID) } as? any PartIssuer
    }

    private func issuer(of permit: Permit) -> (any PermitIssuer)? {
        issuers.first { $0.owns(permit.policyID) }
    }
}
