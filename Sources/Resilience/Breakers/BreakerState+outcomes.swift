extension BreakerState {
    /// Counts the outcome of `count` calls that were made without asking; only while closed.
    ///
    /// - Parameters:
    ///   - duration: how long the call took; nil when that is not known, and then it is not slow.
    ///   - reporter: who tells; nobody is one reporter more.
    ///   - count: 1…10⁹ calls, and at most that many; the breaker is judged once, after the last.
    /// - Complexity: O(1) for each reporter and slice remembered.
    public mutating func record(
        _ outcome: Outcome, duration: Timespan? = nil, reporter: String? = nil, count: Int64 = 1,
        _ policy: BreakerPolicy, at now: Instant
    ) -> BreakerAnswer {
        let overdue = use(policy, at: now)
        let count = min(max(0, count), Bounds.counts.upperBound)
        return record(outcome, duration, reporter, count, policy, at: now, after: overdue)
    }

    /// Counts the outcome of a call that was allowed.
    ///
    /// One that was allowed while closed counts in the window if the breaker has not changed
    /// since; a probe decides on the half-open breaker, and frees its place.
    public mutating func settle(
        _ permit: BreakerPermit, _ outcome: Outcome, duration: Timespan? = nil,
        reporter: String? = nil, _ policy: BreakerPolicy, at now: Instant
    ) -> BreakerAnswer {
        let overdue = use(policy, at: now)
        if let refusal = refusal(of: permit, at: now) {
            return answer(refusal, policy, at: now, after: overdue)
        }
        guard let probe = permit.probe else {
            let reporter = reporter ?? permit.reporter
            return record(outcome, duration, reporter, 1, policy, at: now, after: overdue)
        }
        probes.removeAll { $0.id == probe }
        return settleProbe(outcome, duration, policy, at: now, after: overdue)
    }

    /// Whether an outcome of that permit would be taken, whatever it is; nothing is changed.
    public func takes(_ permit: BreakerPermit, _ policy: BreakerPolicy, at now: Instant) -> Bool {
        var state = self
        _ = state.advance(policy, to: now)
        return state.refusal(of: permit, at: now) == nil
            && (permit.probe != nil || state.position == .closed)
    }

    /// Why an outcome of that permit is not taken, time being advanced to `now`.
    private func refusal(of permit: BreakerPermit, at now: Instant) -> UncountedReason? {
        if permit.expiresAt <= now { return .expired }
        if permit.generation != generation { return .staleGeneration }
        guard let probe = permit.probe else { return nil }
        return probes.contains { $0.id == probe } ? nil : .duplicate
    }

    /// The answer to an outcome that is not to be counted for a reason found elsewhere.
    public mutating func refuse(
        _ reason: UncountedReason, _ policy: BreakerPolicy, at now: Instant
    ) -> BreakerAnswer {
        let overdue = use(policy, at: now)
        return answer(reason, policy, at: now, after: overdue)
    }

    /// When the lease of a probe ends; nil when it is not out.
    public func deadline(ofProbe id: UInt64) -> Instant? {
        probes.first { $0.id == id }?.deadline
    }

    /// Makes the lease of a probe that is out end `span` from now, at most its timeout.
    ///
    /// - Returns: When it ends; nil when the probe is not out any more.
    public mutating func renew(
        _ permit: BreakerPermit, for span: Timespan, _ policy: BreakerPolicy, at now: Instant
    ) -> Instant? {
        guard permit.generation == generation,
            let index = probes.firstIndex(where: { $0.id == permit.probe }),
            probes[index].deadline > now
        else { return nil }
        usedAt = now
        let lease = ProbeLease(
            id: probes.remove(at: index).id, deadline: now + min(span, policy.probeTimeout))
        let place = probes.firstIndex { $0.deadline > lease.deadline } ?? probes.endIndex
        probes.insert(lease, at: place)
        return lease.deadline
    }

    /// Takes a permit back uncounted; the place of its probe is free again.
    public mutating func release(
        _ permit: BreakerPermit, _ policy: BreakerPolicy, at now: Instant
    ) -> [BreakerTransition] {
        let overdue = use(policy, at: now)
        freePlace(of: permit)
        return overdue
    }

    /// Frees the place of a permit's probe, if it is out, and does nothing else.
    public mutating func freePlace(of permit: BreakerPermit) {
        guard permit.generation == generation, let id = permit.probe else { return }
        probes.removeAll { $0.id == id }
    }

    private mutating func record(
        _ outcome: Outcome, _ duration: Timespan?, _ reporter: String?, _ count: Int64,
        _ policy: BreakerPolicy, at now: Instant, after overdue: [BreakerTransition]
    ) -> BreakerAnswer {
        guard position == .closed else {
            return answer(.notClosed, policy, at: now, after: overdue)
        }
        guard outcome != .ignored else {
            ignored = CallCounts.sum(ignored, count)
            return answer(.ignored, policy, at: now, after: overdue)
        }
        let kind = CallKind(outcome: outcome, isSlow: policy.isSlow(duration))
        log.add(kind, count, by: reporter, at: now)
        if outcome.isFailure { lastFailureAt = now }
        let transition = reasonToOpen(policy, at: now).map { reason in
            move(to: .open, reason, policy, at: now)
        }
        return answer(nil, causing: transition, policy, at: now, after: overdue)
    }

    private mutating func settleProbe(
        _ outcome: Outcome, _ duration: Timespan?, _ policy: BreakerPolicy, at now: Instant,
        after overdue: [BreakerTransition]
    ) -> BreakerAnswer {
        var transition: BreakerTransition?
        switch outcome {
        case .ignored:
            ignored = CallCounts.sum(ignored, 1)
            return answer(.ignored, policy, at: now, after: overdue)
        case .failure, .timeout:
            lastFailureAt = now
            transition = reopen(.probeFailed, policy, at: now)
        case .success where policy.isSlow(duration):
            transition = reopen(.probeSlow, policy, at: now)
        case .success:
            probeSuccesses += 1
            if probeSuccesses >= policy.successThreshold {
                transition = move(to: .closed, .probesSucceeded, policy, at: now)
            }
        }
        return answer(nil, causing: transition, policy, at: now, after: overdue)
    }

    private func answer(
        _ reason: UncountedReason?, causing transition: BreakerTransition? = nil,
        _ policy: BreakerPolicy, at now: Instant, after overdue: [BreakerTransition]
    ) -> BreakerAnswer {
        BreakerAnswer(
            reason: reason, position: effectivePosition(policy, at: now), transition: transition,
            overdue: overdue)
    }

    /// Why what was counted opens the breaker; nil when it does not.
    private func reasonToOpen(
        _ policy: BreakerPolicy, at now: Instant
    ) -> BreakerTransitionReason? {
        let oldest = log.oldest(at: now)
        func isTold(by reporters: Reporters) -> Bool {
            policy.minimumReporters <= 1
                || reporters.count(since: oldest) >= policy.minimumReporters
        }
        let figures = figures(policy, at: now)
        let enough = policy.failureThreshold ?? .max
        if policy.window.type == .consecutive {
            return figures.consecutiveFailures >= enough && isTold(by: log.failing)
                ? .consecutiveFailures : nil
        }
        guard let failureRate = figures.failureRate else { return nil }
        if isTold(by: log.failing) {
            if let limit = policy.failureRateThreshold, failureRate >= limit { return .failureRate }
            if figures.counts.failures >= enough { return .failures }
        }
        if let slowRate = figures.slowRate, let limit = policy.slowCallRateThreshold,
            slowRate >= limit, isTold(by: log.slow)
        {
            return .slowRate
        }
        return nil
    }
}

extension BreakerPolicy {
    /// Whether a call that took so long is slow: longer than the policy allows.
    func isSlow(_ duration: Timespan?) -> Bool {
        guard let duration, let slowCallDuration else { return false }
        return duration > slowCallDuration
    }
}
