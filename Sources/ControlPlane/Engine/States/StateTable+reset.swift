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
        change.states = [StateWrite(policyID: policyID, key: key, state: state)]
        shard(of: key).note(reset, of: key)
        return PendingCommit(change, writer) { [weak self] isStored in
            guard let shard = self?.shard(of: key) else { return }
            shard.locked {
                shard.note(nil, of: key)
                guard isStored, shard[key] != nil else { return }
                putInForce(&shard[present: key])
                shard.markDirty(key)
            }
        }
    }

    /// Hands over `change`, which deletes the state of `key`, and forgets it once it is on disk;
    /// calls that wait for it stay in their line.
    func reset(
        _ key: ExactString, by change: Change, with writer: Writer, _ clock: any PlaneClock
    ) -> PendingCommit {
        let (shard, reset) = (shard(of: key), StateReset())
        var change = change
        change.reset = reset
        return shard.locked {
            shard.note(reset, of: key)
            return PendingCommit(change, writer) { [keyCounter] isStored in
                shard.locked {
                    shard.note(nil, of: key)
                    guard isStored else { return }
                    let count = shard.count
                    shard.takeOut(key, at: clock.now())
                    keyCounter.leave(count - shard.count)
                }
            }
        }
    }

    /// Hands over `change`, which deletes all states, and forgets them once it is on disk; calls
    /// that wait for them stay in their lines.
    ///
    /// The parts are locked one after the other. What is handed over after a part knows of the
    /// reset gives way to it, also where it comes before the reset, which then deletes it. And
    /// until a part is told of the end, what it hands over is of before the reset.
    ///
    /// - Parameters:
    ///   - begun: called before it is handed over.
    ///   - ended: called when it is known whether it is on disk, before states are forgotten.
    func resetAll(
        by change: Change, with writer: Writer, _ clock: any PlaneClock,
        begun: (StateReset) -> Void = { _ in },
        ended: @escaping @Sendable (_ isStored: Bool) -> Void = { _ in }
    ) -> PendingCommit {
        let reset = StateReset()
        var change = change
        change.reset = reset
        begun(reset)
        shards.begin(reset)
        return PendingCommit(change, writer) { [weak self] isStored in
            ended(isStored)
            self?.endResetOfAll(isStored: isStored, at: clock)
        }
    }

    private func endResetOfAll(isStored: Bool, at clock: any PlaneClock) {
        for shard in shards.endReset() {
            let forgotten = shard.locked { () -> StateShard<State>.Forgotten? in
                shard.note(nil, of: nil)
                guard isStored else { return nil }
                let count = shard.count
                defer { keyCounter.leave(count - shard.count) }
                return shard.takeOutAll(
                    waiting: waiting.part(shard.order.member), at: clock.now())
            }
            // Of a million states that takes a while, which nothing needs to wait for.
            if let forgotten {
                Task.detached(priority: .background) { withExtendedLifetime(forgotten) {} }
            }
        }
    }
}
