import Resilience

/// Where the states of keys are that are not here.
///
/// Whoever is above says *apply this to the state of that key, and give me the answer*, and never
/// holds on to a state; ``PolicyKind/apply(_:_:settling:_:)`` does it with states that are here. An
/// engine may make the change several times, on values that another call has changed meanwhile;
/// only the last counts, and only its effects are carried out.
protocol StateEngine: Sendable {
    /// Applies `transition` to the state of `key`, a fresh one where there is none.
    ///
    /// - Returns: Nil when the key has no state and there is no room for one.
    func apply<Kind: PolicyKind, Answer>(
        _ kind: Kind, _ live: LivePolicy<Kind>, _ key: ExactString, settling permit: Permit?,
        _ transition: (inout Kind.Slot, Turn<Kind>) throws -> (Answer, Effects<Kind>)
    ) async throws -> Kind.Applied<Answer>?
}

extension PolicyKind {
    /// Applies `transition` to the state of `key`, wherever that is.
    func reach<Answer>(
        _ live: Live, _ key: ExactString, settling permit: Permit? = nil,
        _ transition: (inout Slot, Turn<Self>) throws -> (Answer, Effects<Self>)
    ) async throws -> Applied<Answer>? {
        guard let elsewhere = context.elsewhere else {
            return try apply(live, key, settling: permit, transition)
        }
        return try await elsewhere.apply(self, live, key, settling: permit, transition)
    }

    /// The state of `key` as a value, a fresh one where there is none, with what a change of it
    /// goes by now; nil when there is no room for one.
    func value(
        of key: ExactString, _ live: Live, settling permit: Permit?
    ) -> (slot: Slot, turn: Turn<Self>)? {
        live.table.applyIfRoom(key, by: context.clock, isChange: { _ in false }) { slot, now in
            (slot, turn(live, key, at: now, permit))
        }
    }

    /// Puts what a change came to in place of the state that it was made of, and carries out its
    /// effects.
    ///
    /// - Returns: Nil when there is another state by now, or the permit was settled, so that the
    ///   change is to be made again; else what tells that it is on disk, where that is awaited.
    func commit(
        _ state: State, _ effects: Effects<Self>, insteadOf before: State, _ live: Live,
        _ turn: Turn<Self>, settling permit: Permit?
    ) -> Committed? {
        let handed = live.table.applyIfPresent(
            turn.key, isChange: { $0?.isChange ?? false }
        ) { slot -> Committed? in
            let standing = permit.map { context.permits.standing(of: $0) }
            guard slot.state == before, standing ?? turn.standing == turn.standing else {
                return nil
            }
            slot.state = state
            return Committed(
                commit: handOver(effects, live, &slot, turn, settling: permit),
                isChange: effects.durability > .unchanged)
        }.flatMap(\.self)
        guard let handed else { return nil }
        finish(effects, live, turn.key, at: turn.now)
        return handed
    }
}

/// A change that was put in place.
struct Committed {
    /// What tells that it is on disk; nil where nobody needs to wait for that.
    let commit: PendingCommit?
    fileprivate let isChange: Bool
}
