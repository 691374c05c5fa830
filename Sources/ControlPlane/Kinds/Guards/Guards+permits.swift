import Resilience

/// Permits of guards: one outcome is told to all parts, once.
extension Guards: PermitIssuer {
    func settle(
        _ permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        guard let live = live.find(id: permit.policyID) else {
            return .gone
        }
        var reply = try await settle(permit, of: live, report, by: caller)
        reply.isOfGuard = true
        return reply
    }

    private func settle(
        _ permit: Permit, of live: Live, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        let version = live.version
        let permits = context.permits
        let end = end(of: permit)
        guard !permits.isSettled(permit) else { return .duplicate }
        guard context.clock.now() < end else { return SettlementReply(reason: .expired) }
        guard try permits.settle(permit, until: end) else {
            return .duplicate
        }
        guard version.mode != .disabled else {
            try await releaseParts(of: permit, by: caller)
            return SettlementReply(reason: .disabled)
        }
        count(report, live)
        return try await settleParts(of: permit, until: end, report, version, by: caller)
    }

    func release(_ permit: Permit, by caller: Caller) async throws {
        let end = end(of: permit)
        guard context.clock.now() < end else { return }
        guard try context.permits.settle(permit, until: end) else { return }
        try await releaseParts(of: permit, by: caller)
    }

    /// When it is too late for a permit: a lease that was renewed ends later than it says.
    private func end(of permit: Permit) -> Instant {
        permit.parts.compactMap { issuer(of: $0)?.end(of: $0) }.reduce(permit.expiresAt, max)
    }

    func releaseParts(of permit: Permit, by caller: Caller) async throws {
        let failure = await forEachPart(of: permit) { part, issuer in
            guard !part.hasNoState else { return }
            try await issuer?.release(part, of: permit, by: caller, marks: false)
        }
        if let failure { throw failure }
    }

    private func settleParts(
        of permit: Permit, until end: Instant, _ report: OutcomeReport, _ version: Version,
        by caller: Caller
    ) async throws -> SettlementReply {
        let permit = permit.lasting(until: end)
        var told: SettlementReply?
        let failure = await forEachPart(of: permit) { part, issuer in
            guard let issuer else { return told = told ?? .gone }
            let reply =
                part.hasNoState
                ? SettlementReply(reason: .noRoom)
                : try await issuer.settle(part, of: permit, report, by: caller, marks: false)
            told = type(of: issuer).speaksForCall ? reply : told ?? reply
        }
        let isIgnored = report.outcome == .ignored
        var reply = told ?? SettlementReply(reason: isIgnored ? .ignored : nil)
        if !isIgnored {
            // Also when a part could not be stored: the permit is settled once and for all.
            await tellListeners(permit, report, version)
            if let name = version.retry {
                reply.retry = try? await retry(name, permit, report, by: caller)
            }
        }
        if let failure { throw failure }
        return reply
    }

    /// Does `body` with every part and its kind, nil where its policy is gone; what fails with one
    /// keeps no other from being done.
    ///
    /// - Returns: The first failure.
    private func forEachPart(
        of permit: Permit, _ body: (PermitPart, (any PartIssuer)?) async throws -> Void
    ) async -> (any Error)? {
        var failure: (any Error)?
        for part in permit.parts {
            do { try await body(part, issuer(of: part)) } catch { failure = failure ?? error }
        }
        return failure
    }

    /// Tells the outcome to those who learn from it. One that is asked about several keys has still
    /// seen one call.
    private func tellListeners(
        _ permit: Permit, _ report: OutcomeReport, _ version: Version
    ) async {
        for policy in version.named {
            let listener = context.kinds[policy.kind] as? any OutcomeListener
            await listener?.learn(policy.name, from: report, attempt: permit.attempt)
        }
    }

    /// The kind that a part of a permit is of; nil when its policy is gone.
    private func issuer(of part: PermitPart) -> (any PartIssuer)? {
        context.kinds.owner(of: part.policyID) as? any PartIssuer
    }

    /// Whether a call that failed is tried again; nil where it did not fail.
    private func retry(
        _ name: String, _ permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) async throws -> RetryReply? {
        guard report.outcome != .success, let retries = context.kinds[Retries.self] else {
            return nil
        }
        let reply = try await retries.next(name, attempt: permit.attempt, report, by: caller)
        if reply.decision.reason == .exhausted {
            try retries.tellExhausted(name, attempts: permit.attempt, by: caller)
        }
        return reply
    }

    private func count(_ report: OutcomeReport, _ live: Live) {
        let figure: GuardCount =
            switch report.outcome {
            case .success: .successes
            case .failure, .timeout: .failures
            case .ignored: .ignored
            }
        live.counters.add(figure, at: context.clock.now())
    }
}

extension Permit {
    /// The same permit, too late only from `end` on.
    fileprivate func lasting(until end: Instant) -> Permit {
        Permit(
            number: number, node: node, policyID: policyID, parts: parts, expiresAt: end,
            reporter: reporter, attempt: attempt)
    }
}
