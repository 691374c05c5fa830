import Resilience
import Store
import Synchronization

/// A part of a policy's states, guarded by its mutex: whatever is below *With the lock held* is
/// only used inside ``locked(_:)``. The mutex cannot own the content, as it would elsewhere, since
/// several parts are locked together and then used side by side.
final class StateShard<State: KeyState>: OrderedLock, @unchecked Sendable {
    /// A key's state, with the calls that wait for it.
    struct Slot {
        var state: State
        /// The calls that wait, first come first.
        var waiters = WaitingLine<State.Waiter>()
        /// When a timer will look after the state.
        var timerAt = Instant.distantFuture
        var isDirty = false
        /// Since when there is such a state; what was granted before is none of its own.
        var beganAt = Instant.distantPast

        /// The slot with a new state, where calls wait for it; else nil.
        fileprivate func emptied(at now: Instant) -> Slot? {
            waiters.isEmpty ? nil : Slot(state: State(at: now), waiters: waiters, beganAt: now)
        }
    }

    let order: LockOrder
    private let mutex = Mutex(())
    private var slots: [ExactString: Slot] = [:]
    /// Keys whose row on disk is behind; one without a slot is to be deleted.
    private var dirty: [ExactString] = []
    /// What is being written that sets states back: those of single keys, or all.
    private var resets: [ExactString: StateReset] = [:]
    private var resetOfAll: StateReset?

    init(_ order: LockOrder) { self.order = order }

    func locked<Answer>(_ body: () throws -> Answer) rethrows -> Answer {
        try mutex.withLock { _ in try body() }
    }

    // MARK: With the lock held

    /// How many keys have a state.
    var count: Int { slots.count }

    /// All of them.
    var all: [ExactString: Slot] { slots }

    /// A key's state; nil when it has none.
    subscript(_ key: ExactString) -> Slot? {
        _read { yield slots[key] }
        _modify { yield &slots[key] }
    }

    func markDirty(_ key: ExactString) {
        if !State.isStored || slots[key]?.isDirty == true { return }
        slots[key]?.isDirty = true
        dirty.append(key)
    }

    /// Hands a portion of what is dirty to `write`; false when nothing was.
    func takeDirty(_ write: ([StateWrite]) -> Void) -> Bool {
        let keys = Array(dirty.suffix(PlaneLimits.checkpointBatch))
        guard !keys.isEmpty else { return false }
        dirty.removeLast(keys.count)
        write(
            keys.map { key in
                slots[key]?.isDirty = false
                return self.write(of: key, slots[key]?.state)
            })
        return true
    }

    /// The write of a key's state, or of its end. It gives way to a reset that is being written.
    func write(of key: ExactString, _ state: State?) -> StateWrite {
        StateWrite(
            policyID: order.policyID, key: key, state: state?.snapshot,
            yieldsTo: resets[key] ?? resetOfAll)
    }

    /// Notes what is being handed to the writer that sets back the state of `key`, or all where
    /// none is given; nil when it has ended.
    func note(_ reset: StateReset?, of key: ExactString?) {
        if let key { resets[key] = reset } else { resetOfAll = reset }
    }

    /// Whether a reset of that key by itself is being written, so that its state must stay.
    func isBeingReset(_ key: ExactString) -> Bool { resets[key] != nil }

    /// Forgets the state of `key`, or all where none is given, but not the calls that wait for
    /// them. The rows on disk have been deleted by the caller.
    ///
    /// - Parameter waiting: the keys that calls wait for.
    /// - Returns: What was forgotten.
    func takeOut(
        _ key: ExactString?, waiting: Set<ExactString>, at now: Instant
    ) -> [ExactString: Slot] {
        if let key {
            guard let before = slots[key] else { return [:] }
            slots[key] = before.emptied(at: now)
            return [key: before]
        }
        let before = slots
        slots = [:]
        for key in waiting { slots[key] = before[key]?.emptied(at: now) }
        dirty = []
        return before
    }

    /// Forgets what is fresh, and tells how many that was.
    func sweep(_ isFresh: (ExactString, State) -> Bool) -> Int {
        let fresh = slots.filter {
            $1.waiters.isEmpty && !isBeingReset($0) && isFresh($0, $1.state)
        }
        for (key, slot) in fresh {
            slots[key] = nil
            if State.isStored, !slot.isDirty { dirty.append(key) }
        }
        return fresh.count
    }
}
