import Resilience

/// How a guard comes to its answer.
extension Guards {
    /// Decides on a call now.
    func decide(
        _ live: Live, _ version: Version, _ keys: GuardKeys, _ request: GuardRequest,
        behind ahead: [Int64], by caller: Caller
    ) throws -> (answer: GuardAnswer, commits: [PendingCommit]) {
        let admission = try attempt(
            live, version, keys, request, behind: ahead, until: nil, by: caller)
        guard case .answer(let answer, let effects, let commits) = admission else {
            throw PlaneError(.overloaded, "a call that cannot wait was made to")
        }
        finish(effects, live, keys.line, at: context.clock.now())
        return (answer, commits)
    }

    /// Decides on a call, unless it can wait until `deadline` and a part denies it only for now:
    /// then nothing is changed.
    ///
    /// - Parameter standing: the line whose first call it is, which then stands at that part.
    func attempt(
        _ live: Live, _ version: Version, _ keys: GuardKeys,
        _ request: GuardRequest, behind ahead: [Int64], until deadline: Instant?,
        standing line: StandingLine? = nil, waited: Timespan = .zero, by caller: Caller
    ) throws -> Admission<Guards, GuardAnswer> {
        try byVersionInForce(live, version) { present in
            // Read anew, another version may have other templates.
            let keys =
                present.entry.version == version.entry.version
                ? keys : try GuardKeys(present, request.attributes, among: context.kinds)
            return try attemptOnce(
                live, present, keys, request, behind: ahead, until: deadline, standing: line,
                waited: waited, by: caller)
        }
    }

    /// Does `body` by a version of a guard that was read before. A part that it names may have
    /// been deleted since, once a newer version no longer named it: then `body` is done by that.
    func byVersionInForce<Answer>(
        _ live: Live, _ version: Version,
        _ body: (Version) throws -> Answer
    ) throws -> Answer {
        do { return try body(version) } catch let error as PlaneError where error.code == .notFound
        {
            let present = live.version
            guard present.entry.version != version.entry.version else { throw error }
            return try body(present)
        }
    }

    private func attemptOnce(
        _ live: Live, _ version: Version, _ keys: GuardKeys,
        _ request: GuardRequest, behind ahead: [Int64], until deadline: Instant?,
        standing line: StandingLine?, waited: Timespan, by caller: Caller
    ) throws -> Admission<Guards, GuardAnswer> {
        guard version.mode != .disabled else {
            return .answer(try disabled(live, version, request), .none)
        }
        let attempt = JointAttempt(try parts(keys, request, behind: ahead, by: caller))
        let advice = try advice(version)
        let joint = try attempt.decide(at: context.clock.now()) { joint in
            guard let deadline, joint.waits(until: deadline) else { return false }
            if let line { stand(line, at: joint.obstacles) }
            return true
        }
        guard let joint else { return .wait(until: deadline ?? context.clock.now()) }
        for part in joint.parts { part.finish() }
        return admission(joint, advice, live, version, request, waited: waited, by: caller)
    }

    /// The answer to a call that was tried, with what is to be done besides.
    private func admission(
        _ joint: JointAnswer<GuardPart>, _ advice: Advice, _ live: Live, _ version: Version,
        _ request: GuardRequest, waited: Timespan, by caller: Caller
    ) -> Admission<Guards, GuardAnswer> {
        let isAllowed = !joint.isDenied
        let (parts, now, commits) = (joint.parts, joint.instant, joint.parts.flatMap(\.commits))
        var answer = answer(joint, advice, version)
        answer.waited = waited
        var effects = Effects<Guards>.none
        effects.count(isAllowed ? .allowed : .denied)
        if waited > .zero { effects.count(.waited) }
        guard isAllowed || version.mode != .enforce else {
            return .answer(answer, effects, commits)
        }
        let grants =
            isAllowed
            ? parts.compactMap(\.charged)
            : parts.compactMap { $0.uncharged.map { PermitGrant(part: $0) } }
        let permit = permit(live, grants, request, at: now)
        answer.granted = permit
        guard isAllowed else { return .answer(answer, effects, commits) }
        let spent = parts.compactMap(\.revert)
        let revert: @Sendable () async -> Void = { [weak self] in
            await self?.revert(permit, spent, live, by: caller, at: now)
        }
        answer.revert = revert
        guard !commits.isEmpty else { return .answer(answer, effects) }
        return .answer(answer, effects, [PendingCommit(commits, undo: revert)])
    }

    /// Takes back what all parts were charged for a call that could not be stored, and so was not
    /// allowed: none is charged then, either.
    private func revert(
        _ permit: Permit, _ spent: [@Sendable () async -> Void], _ live: Live,
        by caller: Caller, at instant: Instant
    ) async {
        try? await releaseParts(of: permit, by: caller)
        for revert in spent { await revert() }
        live.counters.add(.allowed, -1, at: instant)
    }

    /// The answer of a disabled guard: yes, with a permit that holds nothing.
    func disabled(
        _ live: Live, _ version: Version, _ request: GuardRequest
    ) throws -> GuardAnswer {
        var answer = answer(nil, try advice(version), version)
        answer.granted = permit(live, [], request, at: context.clock.now())
        return answer
    }

    /// The parts that decide, in the order in which they are asked.
    private func parts(
        _ keys: GuardKeys, _ request: GuardRequest, behind ahead: [Int64], by caller: Caller
    ) throws -> [GuardPart] {
        var parts: [GuardPart] = []
        // Of a place at each of them: no two parts that give places have one state.
        let id = UInt64.random(in: .min ... .max)
        for part in keys.parts {
            let call = PartCall(
                key: part.key, cost: request.cost, reporter: request.reporter, id: id,
                times: keys.times(of: part))
            parts.append(
                try part.kind.part(part.name, call, by: caller, behind: ahead, after: parts))
        }
        return parts
    }

    /// What a guard's answer says of how the call is made.
    private typealias Advice = (timeout: Timespan?, fallback: FallbackStrategy?)

    private func advice(_ version: Version) throws -> Advice {
        (
            try version.timeout.flatMap { try context.kinds[Timeouts.self]?.view($0).timeout },
            try version.fallback.flatMap {
                try context.kinds[Fallbacks.self]?.resolve($0, isUsed: false).strategy
            }
        )
    }

    private func answer(
        _ joint: JointAnswer<GuardPart>?, _ advice: Advice, _ version: Version
    ) -> GuardAnswer {
        let denial = joint?.deniedBy
        if let name = version.fallback, denial != nil, version.mode == .enforce {
            // Counted as used; told it was before anything was charged.
            _ = try? context.kinds[Fallbacks.self]?.resolve(name)
        }
        return GuardAnswer(
            steps: joint?.parts.map {
                GuardStep(policy: $0.policy, key: $0.key, answer: $0.reply)
            } ?? [],
            deniedBy: denial, retryAfter: joint?.retryAfter,
            permit: nil, timeout: advice.timeout, fallback: advice.fallback,
            policy: version.entry)
    }

    /// A permit bound to these states. It lives as long as the leases that go with it.
    private func permit(
        _ live: Live, _ grants: [PermitGrant], _ request: GuardRequest, at now: Instant
    ) -> Permit {
        let end = grants.compactMap(\.expiresAt).max() ?? now + Bounds.permitLifetime
        return Permit(
            number: context.permits.nextNumber(lasting: end - now), policyID: live.id,
            parts: grants.map(\.part), expiresAt: end, reporter: request.reporter,
            attempt: request.attempt)
    }
}
