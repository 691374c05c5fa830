import Resilience
import Store
import Synchronization

/// A part of a policy's states, guarded by its mutex: whatever is below *With the lock held* is
/// only used inside ``locked(_:)``. The mutex cannot own the content, as it would elsewhere, since
/// several parts are locked together and then used side by side.
///
/// Work on many keys goes in steps of at most ``PlaneLimits/keysAtOnce`` with the lock held, found
/// by the order of the keys: so a step begins where the one before ended, whatever came between.
final class StateShard<State: KeyState>: OrderedLock, @unchecked Sendable {
    /// A key's state, with the calls that wait for it.
    struct Slot {
        var state: State
        /// The line of calls that wait, where any do: there are many keys, and few have one, so
        /// that none takes but a word.
        private var line: [WaitingLine<State.Waiter>] = []
        /// Since when there is such a state; what was granted before is none of its own.
        let beganAt: Instant
        /// When a timer will look after the state.
        var timerAt = Instant.distantFuture
        var isDirty = false

        init(state: State, beganAt: Instant = .distantPast) {
            self.state = state
            self.beganAt = beganAt
        }

        /// The calls that wait, first come first.
        var waiters: WaitingLine<State.Waiter> {
            get { line.first ?? WaitingLine() }
            _modify {
                if line.isEmpty { line.append(WaitingLine()) }
                defer { if line[0].isEmpty { line = [] } }
                yield &line[0]
            }
        }

        /// Whether any call waits.
        var hasWaiters: Bool { !line.isEmpty }

        /// The slot with a new state, where calls wait for it; else nil.
        fileprivate func emptied(at now: Instant) -> Slot? {
            guard hasWaiters else { return nil }
            var slot = Slot(state: State(at: now), beganAt: now)
            slot.line = line
            return slot
        }
    }

    /// By the number of the policy, then by the part of its states.
    let order: LockOrder
    private let mutex = Mutex(())
    private var slots: [ExactString: Slot] = [:]
    /// The keys that have a state, in order.
    private var keys = SortedKeys()
    /// Keys whose row on disk is behind; one without a slot is to be deleted.
    private var dirty: [ExactString] = []
    /// What is being written that sets states back: those of single keys, or all.
    private var resets: [ExactString: StateReset] = [:]
    private var resetOfAll: StateReset?
    /// How many entries were visited since the lock was taken last.
    private var visits = 0
    /// The most entries that were ever visited without the lock being given up.
    private(set) var mostVisits = 0
    /// How many entries were ever visited in work on many keys.
    private(set) var allVisits = 0

    init(_ order: LockOrder, resetOfAll: StateReset? = nil) {
        self.order = order
        self.resetOfAll = resetOfAll
    }

    func locked<Answer, Failure: Error>(
        _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try mutex.withLock { _ throws(Failure) in
            visits = 0
            return try body()
        }
    }

    // MARK: With the lock held

    /// How many keys have a state.
    var count: Int { slots.count }

    /// A key's state; nil when it has none.
    subscript(_ key: ExactString) -> Slot? { _read { yield slots[key] } }

    /// The state of a key that has one.
    subscript(present key: ExactString) -> Slot {
        _read { yield slots[key]! }
        _modify { yield &slots[key]! }
    }

    /// Gives a key a state, instead of the one that it has.
    func put(_ slot: Slot, for key: ExactString) {
        if slots.updateValue(slot, forKey: key) == nil { keys.insert(key) }
    }

    /// Takes out the state of a key; nil when it has none.
    @discardableResult
    func remove(_ key: ExactString) -> Slot? {
        guard let slot = slots.removeValue(forKey: key) else { return nil }
        keys.remove(key)
        return slot
    }

    func markDirty(_ key: ExactString) {
        if !State.isStored || slots[key]?.isDirty == true { return }
        slots[key]?.isDirty = true
        dirty.append(key)
    }

    /// Counts entries that are visited in one step.
    func countVisits(_ number: Int) {
        visits += number
        allVisits += number
        mostVisits = max(mostVisits, visits)
    }

    /// Does `body` for the next keys after `cursor`, in order, at most `limit`. O(log n + limit).
    ///
    /// - Returns: The last of them; nil when there are no more.
    func visit(
        after cursor: ExactString?, limit: Int = PlaneLimits.keysAtOnce,
        _ body: (ExactString, Slot) -> Void
    ) -> ExactString? {
        var (number, last) = (0, cursor)
        keys.visit(after: cursor) { key in
            body(key, slots[key]!)
            (number, last) = (number + 1, key)
            return number < limit
        }
        countVisits(number)
        return number < limit ? nil : last
    }

    /// Hands a portion of what is dirty to `write`, as values; false when nothing was.
    func takeDirty(_ write: ([StateWrite]) -> Void) -> Bool {
        let keys = Array(dirty.suffix(PlaneLimits.keysAtOnce))
        guard !keys.isEmpty else { return false }
        countVisits(keys.count)
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
            policyID: order.group, key: key, state: state,
            yieldsTo: resets[key] ?? resetOfAll)
    }

    /// Notes what is being handed to the writer that sets back the state of `key`, or all where
    /// none is given; nil when it has ended.
    func note(_ reset: StateReset?, of key: ExactString?) {
        if let key { resets[key] = reset } else { resetOfAll = reset }
    }

    /// Whether a reset of that key by itself is being written, so that its state must stay.
    func isBeingReset(_ key: ExactString) -> Bool { resets[key] != nil }

    /// Forgets the state of `key`, but not the calls that wait for it. Its row on disk has been
    /// deleted by the caller.
    func takeOut(_ key: ExactString, at now: Instant) {
        guard let before = remove(key) else { return }
        if let slot = before.emptied(at: now) { put(slot, for: key) }
    }

    /// Forgets all states, but not the calls that wait for them. The rows on disk have been
    /// deleted by the caller. O(1), and O(log n) for each key that calls wait for.
    ///
    /// - Parameter waiting: the keys that calls wait for.
    /// - Returns: What was forgotten, to be dropped without the lock: that takes its time.
    func takeOutAll(waiting: Set<ExactString>, at now: Instant) -> Forgotten {
        let before = Forgotten(slots: slots, keys: keys)
        (slots, keys, dirty) = ([:], SortedKeys(), [])
        for key in waiting {
            if let slot = before.slots[key]?.emptied(at: now) { put(slot, for: key) }
        }
        countVisits(waiting.count)
        return before
    }

    /// States that were taken out.
    struct Forgotten {
        fileprivate let slots: [ExactString: Slot]
        fileprivate let keys: SortedKeys
    }

    /// Forgets what is fresh among the next keys after `cursor`.
    ///
    /// - Returns: How many that was, and the last key that was looked at; nil when there are no
    ///   more.
    func sweep(
        after cursor: ExactString?, _ isFresh: (ExactString, State) -> Bool
    ) -> (forgotten: Int, last: ExactString?) {
        var fresh: [ExactString] = []
        let last = visit(after: cursor) { key, slot in
            if !slot.hasWaiters, !isBeingReset(key), isFresh(key, slot.state) {
                fresh.append(key)
            }
        }
        for key in fresh {
            guard let slot = remove(key) else { continue }
            if State.isStored, !slot.isDirty { dirty.append(key) }
        }
        return (fresh.count, last)
    }
}
