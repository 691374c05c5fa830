import Resilience
import Store

/// Changes that are on disk before they are in force.
///
/// Until then the states are as they were: calls are decided by them, and where the change cannot
/// be written nothing has come of it. What is handed over of them meanwhile is of before the
/// change and gives way to it, so that nothing brings back what it has set back.
extension StateTable {
    /// The write of a key's state, or of its end, with ``lock(of:)`` held by the caller.
    func write(of key: ExactString, _ state: State?) -> StateWrite {
        shard(of: key).write(of: key, state)
    }

    /// Hands over `change` with a key's new state, and once it is on disk has `putInForce` do the
    /// same to the state that there is then. Called with ``lock(of:)`` held, which `putInForce`
    /// has, too.
    func reset(
        _ key: ExactString, to state: State, by change: Change, with writer: Writer,
        _ putInForce: @escaping @Sendable (inout Slot) -> Void
    ) -> PendingCommit {
        let reset = StateReset()
        var change = change
        change.reset = reset
        change.states = [StateWrite(policyID: policyID, key: key, state: state.snapshot)]
        shard(of: key).note(reset, of: key)
        return PendingCommit(change, writer) { [weak self] isStored in
            guard let shard = self?.shard(of: key) else { return }
            shard.locked {
                shard.note(nil, of: key)
                guard isStored, shard[key] != nil else { return }
                putInForce(&shard[key]!)
                shard.markDirty(key)
            }
        }
    }

    /// Hands over `change`, which deletes the state of `key`, or all where none is given, and
    /// forgets them once it is on disk; calls that wait for them stay in their lines.
    ///
    /// - Parameters:
    ///   - begun: called with the locks held when it is handed over.
    ///   - ended: called with the locks held when it is known whether it is on disk.
    func reset(
        _ key: ExactString?, by change: Change, with writer: Writer, _ clock: any PlaneClock,
        begun: (StateReset) -> Void = { _ in },
        ended: @escaping @Sendable (_ isStored: Bool) -> Void = { _ in }
    ) -> PendingCommit {
        let reset = StateReset()
        var change = change
        change.reset = reset
        let shards = shards(of: key)
        return OrderedLocks.locked(shards) {
            for shard in shards { shard.note(reset, of: key) }
            begun(reset)
            return PendingCommit(change, writer) { [weak self] isStored in
                self?.endReset(key, isStored: isStored, at: clock, ended)
            }
        }
    }

    private func endReset(
        _ key: ExactString?, isStored: Bool, at clock: any PlaneClock, _ ended: (Bool) -> Void
    ) {
        let shards = shards(of: key)
        // Dropped when the locks are gone: with many states that takes its time.
        var gone: [[ExactString: Slot]] = []
        OrderedLocks.locked(shards) {
            for shard in shards { shard.note(nil, of: key) }
            ended(isStored)
            guard isStored else { return }
            let (now, waiting) = (clock.now(), waiting.all)
            for shard in shards {
                let count = shard.count
                gone.append(shard.takeOut(key, waiting: waiting, at: now))
                census.leave(count - shard.count)
            }
        }
    }
}
