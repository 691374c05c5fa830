import Resilience

/// The kinds that the parts of guards are of.
struct GuardKinds: Sendable {
    let limiters: Limiters
    let breakers: Breakers
    let retries: Retries

    /// The policy of that number, where it is one that decides in guards.
    func identity(of policyID: Int64) -> PolicyIdentity? {
        limiters.live.find(id: policyID)?.rules.now.entry.identity
            ?? breakers.live.find(id: policyID)?.rules.now.entry.identity
    }

    /// Tells a part of a permit how the call went.
    func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        try await breakers.settle(part, of: permit, report, by: caller)
    }

    /// Makes the lease of a part last longer; nil when it is over.
    func renew(
        _ part: PermitPart, of permit: Permit, for span: Timespan?, by caller: Caller
    ) async throws -> Instant? {
        try await breakers.renew(part, of: permit, for: span, by: caller)
    }

    /// Gives the place of a part back.
    func giveBack(_ part: PermitPart, of permit: Permit, by caller: Caller) async throws {
        try await breakers.giveBack(part, of: permit, by: caller)
    }

    /// When the lease of a part ends, where it has one and that is not over.
    func end(of part: PermitPart) -> Instant? {
        guard let lease = part.lease else { return nil }
        return breakers.live.find(id: part.policyID)?.table.state(of: part.key)?
            .deadline(ofProbe: lease)
    }
}
