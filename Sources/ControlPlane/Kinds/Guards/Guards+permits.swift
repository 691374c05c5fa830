import Resilience

/// Permits of guards: one outcome is told to all parts, once.
extension Guards: PermitGiver {
    func settle(
        _ permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        guard let live = live.find(id: permit.policyID) else {
            return SettlementReply(reason: .gone)
        }
        var reply = try await settle(permit, of: live, report, by: caller)
        reply.isOfGuard = true
        return reply
    }

    private func settle(
        _ permit: Permit, of live: LiveGuard, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        let rules = live.rules.now
        let permits = context.permits
        let end = end(of: permit)
        guard !permits.isSettled(permit) else { return SettlementReply(reason: .duplicate) }
        guard context.clock.now() < end else { return SettlementReply(reason: .expired) }
        guard try permits.settle(permit, until: end) else {
            return SettlementReply(reason: .duplicate)
        }
        guard rules.entry.mode != .disabled else {
            try await giveBackParts(of: permit, by: caller)
            return SettlementReply(reason: .disabled)
        }
        count(report, live)
        return try await settleParts(of: permit, until: end, report, rules.spec, by: caller)
    }

    func giveBack(_ permit: Permit, by caller: Caller) async throws {
        let end = end(of: permit)
        guard context.clock.now() < end else { return }
        guard try context.permits.settle(permit, until: end) else { return }
        try await giveBackParts(of: permit, by: caller)
    }

    /// When it is too late for a permit: a lease that was renewed ends later than it says.
    private func end(of permit: Permit) -> Instant {
        permit.parts.compactMap { kinds.giver(of: $0)?.end(of: $0) }.reduce(permit.expiresAt, max)
    }

    func giveBackParts(of permit: Permit, by caller: Caller) async throws {
        let failure = await forEachPart(of: permit) { part, giver in
            guard !part.hasNoState else { return }
            try await giver?.giveBack(part, of: permit, by: caller, mark: nil)
        }
        if let failure { throw failure }
    }

    private func settleParts(
        of permit: Permit, until end: Instant, _ report: OutcomeReport, _ spec: GuardPolicy,
        by caller: Caller
    ) async throws -> SettlementReply {
        let permit = permit.lasting(until: end)
        var told: SettlementReply?
        let failure = await forEachPart(of: permit) { part, giver in
            guard let giver else { return told = told ?? SettlementReply(reason: .gone) }
            let reply =
                part.hasNoState
                ? SettlementReply(reason: .noRoom)
                : try await giver.settle(part, of: permit, report, by: caller, mark: nil)
            // What the call's breaker says is the answer, where there is one.
            told = giver === kinds.breakers ? reply : told ?? reply
        }
        let isIgnored = report.outcome == .ignored
        var reply = told ?? SettlementReply(reason: isIgnored ? .ignored : nil)
        if !isIgnored {
            // Also when a part could not be stored: the permit is settled once and for all.
            tellListeners(permit, report, spec)
            reply.retry = spec.retry.flatMap { try? retry($0, permit, report, by: caller) }
        }
        if let failure { throw failure }
        return reply
    }

    /// Does `body` with every part and its kind, nil where its policy is gone; what fails with one
    /// keeps no other from being done.
    ///
    /// - Returns: The first failure.
    private func forEachPart(
        of permit: Permit, _ body: (PermitPart, (any PartGiver)?) async throws -> Void
    ) async -> (any Error)? {
        var failure: (any Error)?
        for part in permit.parts {
            do { try await body(part, kinds.giver(of: part)) } catch { failure = failure ?? error }
        }
        return failure
    }

    /// Tells the outcome to those who learn from it. What they have no room for they do without.
    private func tellListeners(
        _ permit: Permit, _ report: OutcomeReport, _ spec: GuardPolicy
    ) {
        if let name = spec.retry, permit.attempt == 1 {
            try? kinds.retries.noteFirstAttempt(name)
        }
        guard let duration = report.duration else { return }
        if let name = spec.timeout {
            _ = try? kinds.timeouts.record(name, report.outcome, duration)
        }
        // One that is asked about several keys has still seen one call.
        for name in Set((spec.limiters ?? []).map(\.name)) {
            _ = try? kinds.limiters.record(name, duration)
        }
    }

    /// Whether a call that failed is tried again; nil where it did not fail.
    private func retry(
        _ name: String, _ permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) throws -> RetryReply? {
        guard report.outcome != .success else { return nil }
        let reply = try kinds.retries.next(name, attempt: permit.attempt, report, by: caller)
        if reply.decision.reason == .exhausted {
            try kinds.retries.tellExhausted(name, attempts: permit.attempt, by: caller)
        }
        return reply
    }

    private func count(_ report: OutcomeReport, _ live: LiveGuard) {
        let figure: GuardCount =
            switch report.outcome {
            case .success: .successes
            case .failure, .timeout: .failures
            case .ignored: .ignored
            }
        live.tally.add((figure, 1), at: context.clock.now())
    }
}

extension Permit {
    /// The same permit, too late only from `end` on.
    fileprivate func lasting(until end: Instant) -> Permit {
        Permit(
            number: number, policyID: policyID, parts: parts, expiresAt: end, reporter: reporter,
            attempt: attempt)
    }
}
