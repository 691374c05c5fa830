import Resilience
import Store

/// What operators do to states: it is on disk before it is in force, and where it cannot be
/// written, nothing has come of it.
extension PolicyKind {
    /// Sets states back to the beginning: one, or all where none is given, with one event.
    ///
    /// - Returns: How many were not as new when it was handed over.
    func resetStates(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await context.operating.withLock {
            let live = try live.find(name)
            let now = context.clock.now()
            let count = (key.map { [$0] } ?? live.table.allKeys).count { key in
                live.table.state(of: key).map { !Self.isFresh(live, key, $0, at: now) } ?? false
            }
            let policy = live.version.entry
            let event = EventDraft(
                policy.kind.resetEvent, policy, key, by: caller,
                ["keys": .integer(Int64(count))], reason: reason, at: now)
            try await reset(live, key, telling: event).wait()
            changed(live, key)
            return count
        }
    }

    private func reset(
        _ live: Live, _ key: ExactString?, telling event: EventDraft
    ) -> PendingCommit {
        var change = Change(events: [event])
        let writer = context.store.writer
        guard let key else {
            change.clearedPolicies = [live.id]
            return live.table.resetAll(
                by: change, with: writer, context.clock,
                begun: { live.own.resetBegun($0) }, ended: { live.own.resetEnded(isStored: $0) })
        }
        change.states = [StateWrite(policyID: live.id, key: key, state: nil)]
        return live.table.reset(key, by: change, with: writer, context.clock)
    }

    /// Sets the states of keys back one by one, each with an event of its own: that of one key, or
    /// of all that are not as new where none is given.
    ///
    /// - Parameter reset: hands over the reset of a key; nil where it has no state.
    /// - Returns: How many keys that were; one that has no state is not counted.
    func resetEach(
        _ name: String, _ key: ExactString?, _ reset: (Live, ExactString) -> PendingCommit?
    ) async throws -> Int {
        try await context.operating.withLock {
            let live = try live.find(name)
            var rest = (key.map { [$0] } ?? used(live))[...]
            var count = 0
            // Each is a change of its own, since calls may come between; the writer commits many
            // of them at once, as many as it has room for.
            while !rest.isEmpty {
                let portion = rest.prefix(PlaneLimits.checkpointBatch)
                rest = rest.dropFirst(PlaneLimits.checkpointBatch)
                let commits = portion.compactMap { reset(live, $0) }
                count += commits.count
                // Also where one of them could not be stored, others may have been.
                defer { for key in portion { changed(live, key) } }
                try await PendingCommit.wait(commits)
            }
            return count
        }
    }

    /// The keys whose states are not as new.
    private func used(_ live: Live) -> [ExactString] {
        let now = context.clock.now()
        return live.table.allKeys.filter { key in
            live.table.state(of: key).map { !Self.isFresh(live, key, $0, at: now) } ?? false
        }
    }

    /// Has a key's state changed once that is on disk.
    ///
    /// - Parameters:
    ///   - makes: whether a key without a state gets one.
    ///   - plan: does what is overdue, whatever becomes of the change, and plans it: the state it
    ///     comes to now, and what is told of it.
    ///   - putInForce: makes the change when it is on disk, to the state that there is then.
    /// - Returns: What tells when it is on disk; nil when the key has no state, and is not to get
    ///   one or there is no room for one.
    func changeOnceStored(
        _ live: Live, _ key: ExactString, makes: Bool,
        _ plan: (inout State, Turn<Self>) -> (
            overdue: Effects<Self>, state: State, events: [EventDraft]
        ),
        putInForce: @escaping @Sendable (inout State, Turn<Self>) -> Effects<Self>
    ) -> PendingCommit? {
        func handOverPlan(_ slot: inout Slot, _ turn: Turn<Self>) -> PendingCommit {
            let (overdue, state, events) = plan(&slot.state, turn)
            _ = handOver(overdue, live, &slot, turn)
            return live.table.reset(
                key, to: state, by: Change(events: events), with: context.store.writer
            ) { [weak self, weak live] slot in
                guard let self, let live else { return }
                let turn = self.turn(live, key, at: context.clock.now())
                let effects = putInForce(&slot.state, turn)
                _ = handOver(effects, live, &slot, turn)
            }
        }
        guard makes else {
            return live.table.applyIfPresent(key, isChange: { _ in true }) { slot in
                handOverPlan(&slot, turn(live, key, at: context.clock.now()))
            }
        }
        return live.table.applyIfRoom(key, by: context.clock) { slot, now in
            handOverPlan(&slot, turn(live, key, at: now))
        }
    }
}
