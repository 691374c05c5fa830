import Resilience
import Store

/// What a call has spent.
struct SpentCost: Sendable {
    let cost: Int64
    /// The tier whose account it was spent of.
    let tier: String
    /// When it was.
    let at: Instant
    /// Whether a reserve was written with it.
    var hasReserve = false
}

/// Strict limiters: what is on disk is at or ahead of what was granted, before it is granted.
extension Limiters {
    /// Whether answers of that limiter may have to wait for the disk.
    public func isStrict(_ name: String) -> Bool {
        (try? live.find(name))?.version.spec.durability == .strict
    }

    /// Sees to it that a grant of a strict limiter is covered by what is on disk: by a reserve that
    /// is written with it, or by one before.
    static func secure(
        _ answer: LimiterAnswer, _ state: inout LimiterState, _ turn: Turn<Limiters>,
        _ effects: inout Effects<Limiters>
    ) {
        let version = turn.version
        guard version.spec.durability == .strict, version.mode == .enforce,
            var spent = answer.spent, !answer.decision.limits.isEmpty
        else { return }
        spent.hasReserve = state.reserve(spent.tier, at: turn.now)
        if spent.hasReserve { effects.durability = .awaited }
        effects.joinsEarlier = true
        effects.reversal = spent
    }

    /// Takes back a grant that was not given after all.
    static func revert(
        _ spent: SpentCost, _ state: inout LimiterState, since beganAt: Instant,
        _ turn: Turn<Limiters>
    ) -> Effects<Limiters> {
        var effects = Effects<Limiters>()
        effects.count(.allowed, -1)
        effects.count(.costSpent, -spent.cost)
        effects.countedAt = spent.at
        effects.concernsWaiting = true
        // The disk does not have it: the next grant writes one anew.
        if spent.hasReserve { state.giveUpReserve() }
        // What a reset has forgotten is not what others have spent since.
        if beganAt <= spent.at {
            state.revert(spent.cost, spent.tier, grantedAt: spent.at, at: turn.now)
        }
        return effects
    }

    /// Has what is reserved given back: the disk is to have just what was spent.
    func settleForStop(_ limiter: Live) {
        guard limiter.pending.isUsed else { return }
        for key in limiter.table.allKeys {
            limiter.table.applyIfPresent(key) { $0.state.giveUpReserve() }
        }
    }
}
