import Resilience
import Store

/// Strict limiters: what is on disk is at or ahead of what was granted, before it is granted.
extension Limiters {
    /// Whether answers of that limiter may have to wait for the disk.
    public func isStrict(_ name: String) -> Bool {
        (try? live.find(name))?.rules.now.spec.durability == .strict
    }

    /// Sees to it that a grant is covered by what is on disk. Called with the state's lock held,
    /// so that states are written in the order of their changes.
    ///
    /// - Returns: What must be on disk before the answer is given.
    func secure(
        _ answer: LimiterAnswer, _ limiter: LiveLimiter, _ rules: LimiterVersion,
        _ slot: inout StateTable<LimiterState>.Slot, at now: Instant
    ) -> [Receipt] {
        let decision = answer.decision
        guard rules.spec.durability == .strict, rules.entry.mode == .enforce,
            decision.cost > 0, !decision.limits.isEmpty
        else { return [] }
        let receipt =
            slot.state.reserve(decision.tier, at: now)
            ? write(slot.state, limiter, answer.key) : limiter.pending[answer.key]
        guard let receipt else { return [] }
        // A write that has failed already gave up the reserve, so this one has not: what is done
        // on a failure is not done here, with the lock held.
        Receipt.afterAll([receipt]) { [weak self, weak limiter] outcome in
            if let self, let limiter, case .failure = outcome {
                self.takeBack(answer, limiter, grantedAt: now)
            }
        }
        return [receipt]
    }

    /// Has what is reserved given back: the disk is to have just what was spent.
    func giveUpReserves(of limiter: LiveLimiter) {
        guard limiter.pending.isUsed else { return }
        for key in limiter.table.allKeys {
            limiter.table.applyIfPresent(key) { $0.state.giveUpReserve() }
        }
    }

    private func write(
        _ state: LimiterState, _ limiter: LiveLimiter, _ key: ExactString
    ) -> Receipt {
        var change = Change()
        change.states = [limiter.table.write(of: key, state)]
        let receipt = Receipt(change, context.store.writer) { [weak limiter] in
            limiter?.table.applyIfPresent(key) { $0.state.giveUpReserve() }
        }
        limiter.pending.begin(key, receipt)
        Receipt.afterAll([receipt]) { [weak limiter] _ in limiter?.pending.end(key, receipt) }
        return receipt
    }

    /// Takes back a grant that was not given after all, since something could not be written.
    func takeBack(
        _ answer: LimiterAnswer, _ limiter: LiveLimiter, grantedAt instant: Instant
    ) {
        let (cost, tier) = (answer.decision.cost, answer.decision.tier)
        limiter.table.applyIfPresent(answer.key) { slot in
            // What a reset has forgotten is not what others have spent since.
            guard slot.beganAt <= instant else { return }
            slot.state.takeBack(cost, tier, grantedAt: instant, at: context.clock.now())
        }
        limiter.tally.add((.allowed, -1), (.costSpent, -cost), at: instant)
        pump(limiter, answer.key)
    }
}
