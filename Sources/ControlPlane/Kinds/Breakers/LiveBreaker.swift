import Resilience
import Store

/// One breaker policy at work.
final class LiveBreaker: StatefulPolicy {
    let rules: Rules<SpecVersion<BreakerPolicy>>
    let table: StateTable<BreakerState>
    let tally = Tally<BreakerCount>()
    let desk: EventDesk
    /// Above which generations keys without a state begin.
    let forgotten = ForgottenGenerations()
    /// When keys may be forgotten.
    let idleKeys = IdleKeys()

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        let (forgotten, idleKeys) = (forgotten, idleKeys)
        table = StateTable(policyID: entry.record.id, census) { key, now in
            idleKeys.add(key, at: now + Bounds.permitLifetime)
            return BreakerState(at: now, after: forgotten.highest)
        }
        desk = EventDesk(policyID: entry.record.id)
    }

    func isFresh(_ key: ExactString, _ state: BreakerState, at now: Instant) -> Bool {
        let spec = rules.now.spec
        return state.isFresh(spec, at: now) || isIdle(key, state, spec, at: now)
    }

    /// The breaker of a key: a new one where there is none, or nobody needs it any more.
    func state(
        of key: ExactString, _ present: BreakerState?, _ spec: BreakerPolicy, at now: Instant
    ) -> BreakerState {
        var state = present ?? BreakerState(at: now, after: forgotten.highest)
        _ = beginAnew(key, &state, spec, at: now)
        return state
    }

    /// What a change of a breaker is made by.
    struct Turn {
        /// The version in force.
        let rules: SpecVersion<BreakerPolicy>
        /// Whether it is the first of a breaker that took the place of one that nobody needed. Its
        /// generation is on disk before it is told, or a crash could have it told again.
        let isAnew: Bool
        let now: Instant
    }

    /// Applies `transition` to the breaker of `key`, by the version that is in force when its turn
    /// comes: an older one would undo what the newer one has done to it. Nil when the key has no
    /// state and there is no room for one.
    func applyIfRoom<Answer>(
        _ key: ExactString, by clock: any PlaneClock,
        _ transition: (inout BreakerState, Turn) throws -> Answer
    ) rethrows -> Answer? {
        try table.applyIfRoom(key, by: clock) { slot, now in
            let rules = rules.now
            let isAnew = beginAnew(key, &slot.state, rules.spec, at: now)
            return try transition(&slot.state, Turn(rules: rules, isAnew: isAnew, now: now))
        }
    }

    /// As ``applyIfRoom(_:by:_:)``, where the key has a breaker that is not as good as forgotten;
    /// else nil.
    func applyIfPresent<Answer>(
        _ key: ExactString, by clock: any PlaneClock,
        _ transition: (inout BreakerState, SpecVersion<BreakerPolicy>, Instant) throws -> Answer
    ) rethrows -> Answer? {
        try table.applyIfPresent(key) { slot -> Answer? in
            let (rules, now) = (rules.now, clock.now())
            guard !isIdle(key, slot.state, rules.spec, at: now) else { return nil }
            return try transition(&slot.state, rules, now)
        }.flatMap(\.self)
    }

    /// Puts a new breaker in the place of one that nobody needs any more; whether it was one.
    func beginAnew(
        _ key: ExactString, _ state: inout BreakerState, _ spec: BreakerPolicy, at now: Instant
    ) -> Bool {
        guard isIdle(key, state, spec, at: now) else { return false }
        state = BreakerState(at: now, after: max(forgotten.highest, state.generation))
        return true
    }

    /// Whether the breaker can be dropped: see ``BreakerState/isForgettable(_:after:at:)``.
    func isForgettable(
        _ key: ExactString, _ state: BreakerState, _ spec: BreakerPolicy, at now: Instant
    ) -> Bool {
        state.isForgettable(spec, after: forgotten.highest, at: now)
            && (!key.text.isEmpty || !state.isIdle(spec, at: now))
    }

    /// Whether the breaker is as good as forgotten; that of the empty key never is.
    func isIdle(
        _ key: ExactString, _ state: BreakerState, _ spec: BreakerPolicy, at now: Instant
    ) -> Bool {
        !key.text.isEmpty && state.isIdle(spec, at: now)
    }
}
