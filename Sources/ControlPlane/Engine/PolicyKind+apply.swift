import Resilience
import Store

/// How states change: the change itself is a function of values, made with the lock of the key's
/// state held, and its effects are carried out here.
extension PolicyKind {
    /// What comes of a change: the answer, and what tells that it is on disk where the answer has
    /// to wait for that.
    typealias Applied<Answer> = (answer: Answer, commit: PendingCommit?)

    /// Applies `transition` to the state of `key`, a fresh one where there is none.
    ///
    /// - Parameter permit: the permit that it settles, if it says so.
    /// - Returns: Nil when the key has no state and there is no room for one.
    func apply<Answer>(
        _ live: Live, _ key: ExactString, settling permit: Permit? = nil,
        _ transition: (inout Slot, Turn<Self>) throws -> (Answer, Effects<Self>)
    ) rethrows -> Applied<Answer>? {
        let made = try live.table.applyIfRoom(key, by: context.clock, isChange: \.isChange) {
            slot, now in try make(transition, &slot, turn(live, key, at: now, permit), live, permit)
        }
        return made.map { finish($0, live, key) }
    }

    /// As ``apply(_:_:settling:_:)``, where the key has a state; else nil.
    func applyIfPresent<Answer>(
        _ live: Live, _ key: ExactString, settling permit: Permit? = nil,
        _ transition: (inout Slot, Turn<Self>) throws -> (Answer, Effects<Self>)
    ) rethrows -> Applied<Answer>? {
        let made = try live.table.applyIfPresent(key, isChange: \.isChange) { slot in
            try make(
                transition, &slot, turn(live, key, at: context.clock.now(), permit), live, permit)
        }
        return made.map { finish($0, live, key) }
    }

    /// What a change of a key's state goes by now, with its lock held.
    func turn(
        _ live: Live, _ key: ExactString, at now: Instant, _ permit: Permit? = nil
    ) -> Turn<Self> {
        var turn = Turn<Self>(key: key, version: live.version, own: live.own, now: now)
        if let permit { turn.standing = context.permits.standing(of: permit) }
        return turn
    }

    private func make<Answer>(
        _ transition: (inout Slot, Turn<Self>) throws -> (Answer, Effects<Self>),
        _ slot: inout Slot, _ turn: Turn<Self>, _ live: Live, _ permit: Permit?
    ) rethrows -> Made<Self, Answer> {
        let (answer, effects) = try transition(&slot, turn)
        let commit = handOver(effects, live, &slot, turn, settling: permit)
        return Made(answer: answer, effects: effects, commit: commit, now: turn.now)
    }

    private func finish<Answer>(
        _ made: Made<Self, Answer>, _ live: Live, _ key: ExactString
    ) -> Applied<Answer> {
        finish(made.effects, live, key, at: made.now)
        return (made.answer, made.commit)
    }

    /// Does what effects have to be done with the lock of the state held, so that it happens in the
    /// order of the changes. The caller marks the state as changed.
    ///
    /// - Returns: What tells when it is on disk; nil where the answer need not wait.
    func handOver(
        _ effects: Effects<Self>, _ live: Live, _ slot: inout Slot, _ turn: Turn<Self>,
        settling permit: Permit? = nil
    ) -> PendingCommit? {
        if let permit, let end = effects.settledUntil { context.permits.mark(permit, until: end) }
        arrange(live, &slot, turn)
        guard effects.durability > .unchanged || effects.joinsEarlier else { return nil }
        for notice in effects.notices {
            live.eventWriter.tell(
                notice, with: [live.table.write(of: turn.key, slot.state)], context)
        }
        if effects.durability >= .behind {
            let commit = write(effects, live, slot.state, turn.key)
            if effects.joinsEarlier { live.pending.begin(turn.key, commit) }
            return effects.durability == .awaited ? commit : nil
        }
        guard effects.joinsEarlier, let earlier = live.pending[turn.key] else { return nil }
        // One that has failed was taken back before that was known: then this one would have been
        // handed over by itself.
        if let reversal = effects.reversal {
            PendingCommit.afterAll([earlier]) { [weak self, weak live, key = turn.key] outcome in
                if let self, let live, case .failure = outcome { revert(reversal, live, key) }
            }
        }
        return earlier
    }

    /// Does what effects have to be done after the lock is gone.
    func finish(_ effects: Effects<Self>, _ live: Live, _ key: ExactString, at now: Instant) {
        count(effects, live, key, at: now)
        if effects.concernsWaiting { changed(live, key) }
    }

    /// Counts what effects say.
    func count(_ effects: Effects<Self>, _ live: Live, _ key: ExactString, at now: Instant) {
        guard !effects.counts.isEmpty else { return }
        live.counters.add(effects.counts, of: key, at: effects.countedAt ?? now)
        Self.counted(effects.counts, key, live.own)
    }

    /// Takes a change back that could not be stored, or whose caller is gone.
    func revert(_ reversal: Reversal, _ live: Live, _ key: ExactString) {
        let taken = applyIfPresent(live, key) { slot, turn in
            ((), Self.revert(reversal, &slot.state, since: slot.beganAt, turn))
        }
        guard taken == nil else { return }
        // What was counted is taken back, too, where the state was forgotten meanwhile.
        let turn = turn(live, key, at: context.clock.now())
        var none = State(at: turn.now)
        let effects = Self.revert(reversal, &none, since: turn.now, turn)
        finish(effects, live, key, at: turn.now)
    }

    /// Does what has fallen due for a key.
    func fallDue(_ live: Live, _ key: ExactString) {
        _ = applyIfPresent(live, key) { slot, turn in
            slot.timerAt = .distantFuture
            return ((), Self.advance(&slot.state, turn))
        }
    }

    private func write(
        _ effects: Effects<Self>, _ live: Live, _ state: State, _ key: ExactString
    ) -> PendingCommit {
        var change = Change(events: effects.events)
        change.states = [live.table.write(of: key, state)]
        let (health, events, reversal) = (context.health, effects.events, effects.reversal)
        return PendingCommit(change, context.store.writer) { [weak self, weak live] in
            health.keep(events)
            if let self, let live, let reversal { revert(reversal, live, key) }
        }
    }

    /// Sets the timer for what falls due next, unless one fires before: that one looks again. What
    /// is due by now was just done: a kind that did not do it must not be asked without end.
    private func arrange(_ live: Live, _ slot: inout Slot, _ turn: Turn<Self>) {
        guard let due = Self.due(slot.state, turn.version), due < slot.timerAt, due > turn.now
        else { return }
        slot.timerAt = due
        context.timers.schedule(live.timer(turn.key, .state), at: due) {
            [weak self, weak live, key = turn.key] _ in
            if let self, let live { fallDue(live, key) }
        }
    }
}

/// A change that was made.
private struct Made<Kind: PolicyKind, Answer> {
    let answer: Answer
    let effects: Effects<Kind>
    let commit: PendingCommit?
    let now: Instant

    var isChange: Bool { effects.durability > .unchanged }
}
