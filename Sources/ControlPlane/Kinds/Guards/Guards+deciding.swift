import Resilience

/// How a guard comes to its answer.
extension Guards {
    /// Decides on a call now.
    func decide(
        _ live: LiveGuard, _ rules: SpecVersion<GuardPolicy>, _ keys: GuardKeys,
        _ request: GuardRequest, behind ahead: [Int64], by caller: Caller
    ) throws -> (answer: GuardAnswer, receipts: [Receipt]) {
        let admission = try attempt(
            live, rules, keys, request, behind: ahead, until: nil, by: caller)
        switch admission {
        case .answer(let answer, let receipts): return (answer, receipts)
        case .wait: throw PlaneError(.overloaded, "a call that cannot wait was made to")
        }
    }

    /// Decides on a call, unless it can wait until `deadline` and a part denies it only for now:
    /// then nothing is changed.
    ///
    /// - Parameter standing: the line whose first call it is, which then stands at that part.
    func attempt(
        _ live: LiveGuard, _ rules: SpecVersion<GuardPolicy>, _ keys: GuardKeys,
        _ request: GuardRequest, behind ahead: [Int64], until deadline: Instant?,
        standing line: StandingLine? = nil, waited: Timespan = .zero, by caller: Caller
    ) throws -> Admission<GuardAnswer> {
        try byVersionInForce(live, rules) { present in
            // Read anew, another version may have other templates.
            let keys =
                present.entry.version == rules.entry.version
                ? keys : try GuardKeys(present.spec, request.attributes)
            return try attemptOnce(
                live, present, keys, request, behind: ahead, until: deadline, standing: line,
                waited: waited, by: caller)
        }
    }

    /// Does `body` by a version of a guard that was read before. A part that it names may have
    /// been deleted since, once a newer version no longer named it: then `body` is done by that.
    func byVersionInForce<Answer>(
        _ live: LiveGuard, _ rules: SpecVersion<GuardPolicy>,
        _ body: (SpecVersion<GuardPolicy>) throws -> Answer
    ) throws -> Answer {
        do { return try body(rules) } catch let error as PlaneError where error.code == .notFound {
            let present = live.rules.now
            guard present.entry.version != rules.entry.version else { throw error }
            return try body(present)
        }
    }

    private func attemptOnce(
        _ live: LiveGuard, _ rules: SpecVersion<GuardPolicy>, _ keys: GuardKeys,
        _ request: GuardRequest, behind ahead: [Int64], until deadline: Instant?,
        standing line: StandingLine?, waited: Timespan, by caller: Caller
    ) throws -> Admission<GuardAnswer> {
        guard rules.entry.mode != .disabled else {
            return .answer(try rest(live, rules, request))
        }
        let parts = try parts(rules.spec, keys, request, behind: ahead)
        let advice = try advice(rules.spec)
        let attempt = GuardAttempt(parts: parts)
        return try attempt.locked {
            let now = context.clock.now()
            let verdict = try attempt.ask(at: now)
            if let deadline, verdict.waits(until: deadline, at: now) {
                attempt.undo()
                if let line { stand(line, at: verdict.obstacles) }
                return .wait(until: deadline)
            }
            let receipts = attempt.keep(verdict, by: caller, at: now)
            let isAllowed = verdict.deniedBy == nil
            let charged = parts.compactMap { $0.permitPart(isCharged: isAllowed) }
            let permit =
                isAllowed || rules.entry.mode != .enforce
                ? permit(live, charged, request, at: now) : nil
            var answer = answer(
                verdict, parts, permit.map(context.permits.text(of:)), advice, rules)
            answer.waited = waited
            count(answer, live, at: now)
            guard isAllowed, let permit else { return .answer(answer, receipts) }
            let spent = parts.compactMap(\.takeBack)
            let takeBack: @Sendable () async -> Void = { [weak self] in
                await self?.takeBack(permit, spent, live, by: caller, at: now)
            }
            answer.takeBack = takeBack
            guard !receipts.isEmpty else { return .answer(answer) }
            return .answer(answer, [Receipt(receipts, undo: takeBack)])
        }
    }

    /// Takes back what all parts were charged for a call that could not be stored, and so was not
    /// allowed: none is charged then, either.
    private func takeBack(
        _ permit: Permit, _ spent: [@Sendable () async -> Void], _ live: LiveGuard,
        by caller: Caller, at instant: Instant
    ) async {
        try? await giveBackParts(of: permit, by: caller)
        for takeBack in spent { await takeBack() }
        live.tally.add((.allowed, -1), at: instant)
    }

    /// The answer of a guard that rests: yes, with a permit that holds nothing.
    func rest(
        _ live: LiveGuard, _ rules: SpecVersion<GuardPolicy>, _ request: GuardRequest
    ) throws -> GuardAnswer {
        let permit = permit(live, [], request, at: context.clock.now())
        return answer(
            nil, [], context.permits.text(of: permit), try advice(rules.spec), rules)
    }

    /// The parts that decide, in the order in which they are asked.
    private func parts(
        _ spec: GuardPolicy, _ keys: GuardKeys, _ request: GuardRequest, behind ahead: [Int64]
    ) throws -> [any GuardPart] {
        var parts: [any GuardPart] = []
        for (part, key) in zip(spec.limiters ?? [], keys.limiters) {
            parts.append(
                try LimiterPart(
                    kinds.limiters, part.name, key, cost: request.cost, behind: ahead))
        }
        if let part = spec.bulkhead, let key = keys.bulkhead {
            parts.append(
                try BulkheadPart(
                    kinds.bulkheads, part.name, key, holder: request.reporter,
                    behind: ahead.count))
        }
        if let part = spec.breaker, let key = keys.breaker {
            parts.append(
                try BreakerPart(kinds.breakers, part.name, key, reporter: request.reporter))
        }
        return parts
    }

    /// What a guard's answer says of how the call is made.
    private typealias Advice = (timeout: Timespan?, fallback: FallbackStrategy?)

    private func advice(_ spec: GuardPolicy) throws -> Advice {
        (
            try spec.timeout.map { try kinds.timeouts.view($0).timeout },
            try spec.fallback.flatMap { try kinds.fallbacks.resolve($0, isUsed: false).strategy }
        )
    }

    private func answer(
        _ verdict: GuardAttempt.Verdict?, _ parts: [any GuardPart], _ permit: String?,
        _ advice: Advice, _ rules: SpecVersion<GuardPolicy>
    ) -> GuardAnswer {
        let denial = verdict?.deniedBy
        if let name = rules.spec.fallback, denial != nil, rules.entry.mode == .enforce {
            // Counted as used; told it was before anything was charged.
            _ = try? kinds.fallbacks.resolve(name)
        }
        return GuardAnswer(
            steps: parts.map { GuardStep(policy: $0.policy, key: $0.key, answer: $0.reply) },
            deniedBy: denial, retryAfter: denial == nil ? nil : verdict?.retryAfter,
            permit: permit, timeout: advice.timeout, fallback: advice.fallback,
            policy: rules.entry)
    }

    /// A permit bound to these states. It lives as long as the leases that go with it.
    private func permit(
        _ live: LiveGuard, _ parts: [(part: PermitPart, expiresAt: Instant?)],
        _ request: GuardRequest, at now: Instant
    ) -> Permit {
        let end = parts.compactMap(\.expiresAt).max() ?? now + Bounds.permitLifetime
        return Permit(
            number: context.permits.nextNumber(lasting: end - now),
            policyID: live.table.policyID,
            parts: parts.map(\.part), expiresAt: end, reporter: request.reporter,
            attempt: request.attempt)
    }

    private func count(_ answer: GuardAnswer, _ live: LiveGuard, at now: Instant) {
        live.tally.add(
            (answer.deniedBy == nil ? .allowed : .denied, 1),
            (.waited, answer.waited > .zero ? 1 : 0), at: now)
    }
}
