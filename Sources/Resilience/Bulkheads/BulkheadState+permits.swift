extension BulkheadState {
    /// Records how a call ended that was let in: its slot is free again, and an adaptive limit
    /// learns from it.
    ///
    /// A timeout, and a success that took longer than the target, makes the limit fall; another
    /// success moves it by its duration, where one is told. What failed for other reasons says
    /// nothing about how many calls the target can take.
    public mutating func settle(
        _ permit: BulkheadPermit, _ outcome: Outcome, duration: Timespan? = nil,
        _ policy: BulkheadPolicy, at now: Instant
    ) -> BulkheadAnswer {
        let expired = advance(policy, to: now)
        let inFlight = Int64(slots.count) + (permit.slot == nil ? 1 : 0)
        if let refusal = take(permit, at: now) {
            return BulkheadAnswer(reason: refusal, expired: expired)
        }
        learn(outcome, duration, inFlight: inFlight, noise: permit.slot ?? 0, policy)
        return BulkheadAnswer(reason: outcome == .ignored ? .ignored : nil, expired: expired)
    }

    /// The answer to an outcome that is not to be counted for a reason found elsewhere.
    public mutating func refuse(
        _ reason: UncountedReason, _ policy: BulkheadPolicy, at now: Instant
    ) -> BulkheadAnswer {
        BulkheadAnswer(reason: reason, expired: advance(policy, to: now))
    }

    /// When a slot is free again by itself; nil when it is not held.
    public func end(ofSlot id: UInt64) -> Instant? { slots.first { $0.id == id }?.expiresAt }

    /// Makes a slot last until `span` from now, at most as long as the policy has it.
    ///
    /// Time is to be advanced to `now` before.
    ///
    /// - Returns: When it ends; nil when the slot is not held any more.
    public mutating func renew(
        _ permit: BulkheadPermit, for span: Timespan?, _ policy: BulkheadPolicy, at now: Instant
    ) -> Instant? {
        guard permit.generation == generation,
            let index = slots.firstIndex(where: { $0.id == permit.slot })
        else { return nil }
        var slot = slots.remove(at: index)
        slot.span = min(span ?? policy.lease, policy.lease)
        slot.expiresAt = now + slot.span
        insert(slot)
        return slot.expiresAt
    }

    /// Takes a permit back uncounted; its slot is free again.
    ///
    /// - Returns: The slots whose time was over before, in the order in which they ended.
    public mutating func release(
        _ permit: BulkheadPermit, _ policy: BulkheadPolicy, at now: Instant
    ) -> [SlotLease] {
        let expired = advance(policy, to: now)
        _ = take(permit, at: now)
        return expired
    }

    /// Frees all slots, and forgets what was learned, in a new generation.
    ///
    /// - Returns: The slots that were held, those whose time was over not among them.
    public mutating func reset(
        _ policy: BulkheadPolicy, at now: Instant
    ) -> (freed: [SlotLease], expired: [SlotLease]) {
        let expired = advance(policy, to: now)
        defer {
            (slots, adaptive, episode) = ([], nil, nil)
            generation += 1
        }
        return (slots, expired)
    }

    /// Why the end of a call is not recorded at `now`; nil when it is.
    public func refusal(of permit: BulkheadPermit, at now: Instant) -> UncountedReason? {
        guard permit.generation == generation else { return .staleGeneration }
        let end = permit.slot.map { self.end(ofSlot: $0) } ?? permit.expiresAt
        return end.map { $0 <= now } ?? true ? .expired : nil
    }

    /// Frees the slot of a permit; why there was none to free.
    private mutating func take(_ permit: BulkheadPermit, at now: Instant) -> UncountedReason? {
        if let refusal = refusal(of: permit, at: now) { return refusal }
        if let index = slots.firstIndex(where: { $0.id == permit.slot }) {
            slots.remove(at: index)
        }
        return nil
    }

    private mutating func learn(
        _ outcome: Outcome, _ duration: Timespan?, inFlight: Int64, noise: UInt64,
        _ policy: BulkheadPolicy
    ) {
        guard let spec = policy.adaptive,
            let sample = spec.sample(outcome, duration, inFlight: inFlight, noise: noise)
        else { return }
        var limit =
            adaptive
            ?? AdaptiveConcurrency(
                spec.algorithm, startingAt: policy.maximumConcurrent, noise: noise)
        limit.learn(sample, spec)
        adaptive = limit
    }
}

extension AdaptiveConcurrencySpec {
    /// What a limit learns from an outcome; nil when that is nothing.
    func sample(
        _ outcome: Outcome, _ duration: Timespan?, inFlight: Int64, noise: UInt64
    ) -> ConcurrencySample? {
        switch outcome {
        case .timeout: return .drop
        case .failure, .ignored: return nil
        case .success:
            guard let duration else { return nil }
            if let targetLatency, duration > targetLatency { return .drop }
            let longest = Timespan.milliseconds(Bounds.durationsMilliseconds.upperBound)
            return .success(
                duration: min(max(duration, .milliseconds(1)), longest), inFlight: inFlight,
                noise: noise)
        }
    }
}
