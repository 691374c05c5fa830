import Resilience
import Store

/// How a guard comes to its answer.
extension Guards {
    /// Decides on a call now.
    func decide(
        _ live: LiveGuard, _ rules: SpecVersion<GuardPolicy>, _ keys: GuardKeys,
        _ request: GuardRequest, behind ahead: [Int64], by caller: Caller
    ) throws -> (answer: GuardAnswer, receipts: [Receipt]) {
        let admission = try attempt(
            live, rules, keys, request, behind: ahead, until: .epoch, by: caller)
        guard case .answer(let answer, let receipts) = admission else {
            preconditionFailure("a call without time to wait was made to")
        }
        return (answer, receipts)
    }

    /// Decides on a call, unless it can wait until `deadline` and a part denies it only for now:
    /// then nothing is changed.
    func attempt(
        _ live: LiveGuard, _ rules: SpecVersion<GuardPolicy>, _ keys: GuardKeys,
        _ request: GuardRequest, behind ahead: [Int64], until deadline: Instant,
        waited: Timespan = .zero, by caller: Caller
    ) throws -> Admission<GuardAnswer> {
        guard rules.entry.mode != .disabled else {
            return .answer(try rest(live, rules, request))
        }
        let parts = try parts(rules.spec, keys, request, behind: ahead)
        let attempt = GuardAttempt(parts: parts)
        return try attempt.locked {
            let now = context.clock.now()
            let verdict = try attempt.ask(at: now)
            if let turn = verdict.wait(until: deadline, at: now) {
                attempt.undo()
                return .wait(until: turn)
            }
            let receipts = attempt.keep(verdict, by: caller, at: now)
            let isAllowed = verdict.deniedBy == nil
            let charged = parts.compactMap { $0.permitPart(isCharged: isAllowed) }
            let permit =
                isAllowed || rules.entry.mode != .enforce
                ? permit(live, charged, request, at: now) : nil
            var answer = try answer(verdict, parts, permit, rules)
            answer.waited = waited
            count(answer, live, at: now)
            return .answer(answer, receipts)
        }
    }

    /// The answer of a guard that rests: yes, with a permit that holds nothing.
    func rest(
        _ live: LiveGuard, _ rules: SpecVersion<GuardPolicy>, _ request: GuardRequest
    ) throws -> GuardAnswer {
        let permit = permit(live, [], request, at: context.clock.now())
        return try answer(nil, [], permit, rules)
    }

    /// The parts that decide, in the order in which they are asked.
    private func parts(
        _ spec: GuardPolicy, _ keys: GuardKeys, _ request: GuardRequest, behind ahead: [Int64]
    ) throws -> [any GuardPart] {
        var parts: [any GuardPart] = []
        for (part, key) in zip(spec.limiters ?? [], keys.limiters) {
            parts.append(
                try LimiterPart(
                    kinds.limiters, part.limiter, key, cost: request.cost, behind: ahead))
        }
        if let part = spec.bulkhead, let key = keys.bulkhead {
            parts.append(
                try BulkheadPart(kinds.bulkheads, part.bulkhead, key, holder: request.reporter))
        }
        if let part = spec.breaker, let key = keys.breaker {
            parts.append(
                try BreakerPart(kinds.breakers, part.breaker, key, reporter: request.reporter))
        }
        return parts
    }

    private func answer(
        _ verdict: GuardAttempt.Verdict?, _ parts: [any GuardPart], _ permit: String?,
        _ rules: SpecVersion<GuardPolicy>
    ) throws -> GuardAnswer {
        let denial = verdict?.deniedBy
        let isUsed = denial != nil && rules.entry.mode == .enforce
        return GuardAnswer(
            steps: parts.map { GuardStep(policy: $0.policy, key: $0.key, reply: $0.reply) },
            deniedBy: denial, retryAfter: denial == nil ? nil : verdict?.retryAfter,
            permit: permit,
            timeout: try rules.spec.timeout.map { try kinds.timeouts.view($0).timeout },
            fallback: try rules.spec.fallback.flatMap {
                try kinds.fallbacks.resolve($0, isUsed: isUsed).strategy
            },
            policy: rules.entry)
    }

    /// A permit bound to these states. It lives as long as the leases that go with it.
    private func permit(
        _ live: LiveGuard, _ parts: [(part: PermitPart, expiresAt: Instant?)],
        _ request: GuardRequest, at now: Instant
    ) -> String {
        let end = parts.compactMap(\.expiresAt).max() ?? now + Bounds.permitLifetime
        return context.permits.text(
            of: Permit(
                number: context.permits.nextNumber(), policyID: live.table.policyID,
                parts: parts.map(\.part), expiresAt: end, reporter: request.reporter,
                attempt: request.attempt))
    }

    private func count(_ answer: GuardAnswer, _ live: LiveGuard, at now: Instant) {
        live.tally.add(
            (answer.deniedBy == nil ? .allowed : .denied, 1),
            (.waited, answer.waited > .zero ? 1 : 0), at: now)
    }
}
