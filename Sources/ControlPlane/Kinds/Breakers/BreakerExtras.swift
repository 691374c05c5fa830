import Resilience
import Store

/// What a breaker keeps besides the states of its keys: above which generations keys without a
/// state begin, and when keys may be forgotten.
final class BreakerExtras: PolicyExtras {
    typealias Version = SpecVersion<BreakerPolicy>

    let forgotten = ForgottenGenerations()
    let idleKeys = IdleKeys()

    init(_ entry: PolicyEntry) {}

    func restore(_ row: ExactString, _ snapshot: JSONValue, _ version: Version) -> Bool? {
        row == ForgottenGenerations.row ? forgotten.restore(snapshot) : nil
    }

    func adopt(_ version: Version) {}

    // Its row is written with the keys that are forgotten.
    func write(_ policyID: Int64, with writer: Writer, all: Bool) {}

    func resetBegun(_ reset: StateReset) {}

    func resetEnded(isStored: Bool) {}
}

extension BreakerExtras {
    /// The breaker of a key: a new one where there is none, or nobody needs it any more.
    func state(
        of key: ExactString, _ present: BreakerState?, _ spec: BreakerPolicy, at now: Instant
    ) -> BreakerState {
        var state = present ?? BreakerState(at: now, after: forgotten.highest)
        _ = beginAnew(key, &state, spec, at: now)
        return state
    }

    /// Puts a new breaker in the place of one that nobody needs any more; whether it was one. Its
    /// generation is on disk before it is told, or a crash could have it told again.
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
