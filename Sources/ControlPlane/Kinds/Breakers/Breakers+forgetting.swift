import Resilience
import Store

/// Keys that nobody needs are forgotten. They are as good as forgotten from the instant on at
/// which they fall idle; here they go from the disk, and then from memory.
extension Breakers {
    func sweep(_ breaker: Live, turn: Int, at now: Instant) {
        guard context.store.writer.hasRoom else { return }
        let due = breaker.own.idleKeys.takeDue(PlaneLimits.idleKeysAtOnce, at: now)
        guard !due.isEmpty else { return }
        let spec = breaker.version.spec
        breaker.table.look(at: due) { slots in
            var forgettable: [(key: ExactString, generation: Int64)] = []
            for (key, slot) in slots {
                if slot.isDirty {
                    // What is still to be written would come back to the disk afterwards.
                    breaker.own.idleKeys.add(key, at: now)
                } else if breaker.own.isForgettable(key, slot.state, spec, at: now) {
                    // One that equals a new one leaves no generation behind.
                    let isIdle = slot.state.isIdle(spec, at: now)
                    forgettable.append((key, isIdle ? slot.state.generation : 0))
                } else {
                    lookAgain(breaker, key, slot.state, spec, at: now)
                }
            }
            forget(forgettable, of: breaker)
        }
    }

    /// Deletes rows in one transaction with the highest generation among them, and then the
    /// states that nobody has used meanwhile. Called with their lock held, so that whatever is
    /// written of these keys later is written after it.
    private func forget(
        _ keys: [(key: ExactString, generation: Int64)], of breaker: Live
    ) {
        guard let generation = keys.map(\.generation).max() else { return }
        let policyID = breaker.id
        var change = Change()
        change.states = keys.map { breaker.table.write(of: $0.key, nil) }
        let row = breaker.own.forgotten.handOver(generation)
        if let row {
            change.states.append(
                StateWrite(
                    policyID: policyID, key: ForgottenGenerations.row,
                    state: JSONValue.integer(row)))
        }
        context.store.writer.enqueue(change) { [weak self, weak breaker] result in
            guard let self, let breaker else { return }
            drop(keys.map(\.key), of: breaker, raising: row, isWritten: (try? result.get()) != nil)
        }
    }

    /// Drops the states whose rows were deleted, but for those that were used since.
    private func drop(
        _ keys: [ExactString], of breaker: Live, raising row: Int64?, isWritten: Bool
    ) {
        let now = context.clock.now()
        let spec = breaker.version.spec
        // Raised first: whoever comes between finds the state, or begins above it.
        if isWritten, let row { breaker.own.forgotten.raise(to: row) }
        let kept = breaker.table.drop(keys) { key, slot in
            isWritten && !slot.isDirty && breaker.own.isForgettable(key, slot.state, spec, at: now)
        }
        // Their rows are gone.
        if isWritten { breaker.table.markDirty(kept) }
        for key in kept { breaker.own.idleKeys.add(key, at: now + Self.pause) }
    }

    private func lookAgain(
        _ breaker: Live, _ key: ExactString, _ state: BreakerState,
        _ spec: BreakerPolicy, at now: Instant
    ) {
        let next = state.forgettableAt(spec)
        breaker.own.idleKeys.add(key, at: next > now ? next : now + Self.pause)
    }

    /// How long a key is left alone that something else keeps, such as an operator.
    private static var pause: Timespan { .seconds(60) }
}
