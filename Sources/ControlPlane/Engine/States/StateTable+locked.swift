import Resilience

/// What is done with the lock of a state held by the caller, together with those of others.
extension StateTable {
    /// What guards the state of `key`, to be held together with others.
    func lock(of key: ExactString) -> any OrderedLock { shard(of: key) }

    /// Applies `transition` to the state of `key`, a fresh one where there is none, with
    /// ``lock(of:)`` held by the caller, who also marks it as changed where it comes to that; nil
    /// when the key has no state and there is no room for one.
    func applyLocked<Answer>(
        _ key: ExactString, at now: Instant, _ transition: (inout Slot) throws -> Answer
    ) rethrows -> Answer? {
        let shard = shard(of: key)
        guard enter(key, shard, at: now) else { return nil }
        return try transition(&shard[present: key])
    }

    /// Sees to it that `key` has a state, with ``lock(of:)`` held by the caller; false when there
    /// is no room for one.
    func enterLocked(_ key: ExactString, at now: Instant) -> Bool {
        enter(key, shard(of: key), at: now)
    }

    /// The state of `key`, with ``lock(of:)`` held by the caller; nil when it has none.
    func slotLocked(of key: ExactString) -> Slot? { shard(of: key)[key] }

    /// Applies `change` to the state that `key` has, with ``lock(of:)`` held by the caller; nil
    /// when it has none.
    @discardableResult
    func changeLocked<Answer>(
        _ key: ExactString, _ change: (inout Slot) throws -> Answer
    ) rethrows -> Answer? {
        let shard = shard(of: key)
        guard shard[key] != nil else { return nil }
        return try change(&shard[present: key])
    }

    /// Notes that the state of `key` is ahead of the disk, with its lock held by the caller.
    func markDirtyLocked(_ key: ExactString) { shard(of: key).markDirty(key) }
}
