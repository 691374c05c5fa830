import Resilience
import Store
import Synchronization

/// The live states of one policy's keys.
///
/// Whoever is above says *apply this to the state of that key, and give me the answer*, and never
/// holds on to a state. The table is divided into shards, each guarded by a mutex; it notes which
/// states are ahead of the disk, and forgets those that equal a fresh one.
final class StateTable<State: KeyState>: Sendable {
    let policyID: Int64
    private let census: Census
    private let shards: [Shard]

    /// A key's state, with the calls that wait for it.
    struct Slot {
        var state: State
        /// The calls that wait, first come first.
        var waiters: [Waiter] = []
        /// Whether a timer will look after the state.
        var hasTimer = false
        fileprivate var isDirty = false
    }

    private final class Shard: Sendable {
        let content = Mutex(Content())
    }

    private struct Content {
        var slots: [ExactString: Slot] = [:]
        /// Keys whose row on disk is behind; one without a slot is to be deleted.
        var dirty: [ExactString] = []

        mutating func markDirty(_ key: ExactString) {
            if slots[key]?.isDirty == true { return }
            slots[key]?.isDirty = true
            dirty.append(key)
        }

        /// Hands a portion of what is dirty to `write`; false when nothing was.
        mutating func takeDirty(_ policyID: Int64, _ write: ([StateWrite]) -> Void) -> Bool {
            let keys = Array(dirty.suffix(PlaneLimits.checkpointBatch))
            guard !keys.isEmpty else { return false }
            dirty.removeLast(keys.count)
            write(
                keys.map { key in
                    slots[key]?.isDirty = false
                    let state = slots[key]?.state.snapshot
                    return StateWrite(policyID: policyID, key: key, state: state)
                })
            return true
        }

        /// Forgets what is fresh, and tells how many that was.
        mutating func sweep(_ isFresh: (ExactString, State) -> Bool) -> Int {
            let fresh = slots.filter { $1.waiters.isEmpty && isFresh($0, $1.state) }
            for (key, slot) in fresh {
                slots[key] = nil
                if !slot.isDirty { dirty.append(key) }
            }
            return fresh.count
        }
    }

    init(policyID: Int64, _ census: Census) {
        self.policyID = policyID
        self.census = census
        shards = (0..<PlaneLimits.shards).map { _ in Shard() }
    }

    deinit { census.leave(count) }

    /// How many keys have a state.
    var count: Int { shards.reduce(0) { $0 + $1.content.withLock(\.slots.count) } }

    /// Applies `transition` to the state of `key`, a fresh one where there is none, and notes it
    /// as changed where `isChange` says so. What `transition` hands to the writer is in the order
    /// of the changes.
    ///
    /// The clock is read with the state at hand: of two calls, the one whose turn is later never
    /// has the earlier time, which would let the time between them pass twice.
    func apply<Answer>(
        _ key: ExactString, by clock: any PlaneClock,
        isChange: (Answer) -> Bool = { _ in true },
        _ transition: (inout Slot, _ now: Instant) throws -> Answer
    ) throws -> Answer {
        try shard(of: key).content.withLock { content in
            let now = clock.now()
            if content.slots[key] == nil {
                guard census.enter() else { throw Self.full }
                content.slots[key] = Slot(state: State(at: now))
            }
            let answer = try transition(&content.slots[key]!, now)
            if isChange(answer) { content.markDirty(key) }
            return answer
        }
    }

    /// Applies `transition` to the state of `key` if it has one, and notes it as changed when it
    /// is; nil when it has none.
    func applyIfPresent<Answer>(
        _ key: ExactString, _ transition: (inout Slot) throws -> Answer
    ) rethrows -> Answer? {
        try shard(of: key).content.withLock { content in
            guard let before = content.slots[key]?.state else { return nil }
            let answer = try transition(&content.slots[key]!)
            if content.slots[key]!.state != before { content.markDirty(key) }
            return answer
        }
    }

    /// The state of `key`, with the calls that wait for it; nil when it has none.
    func slot(of key: ExactString) -> Slot? { shard(of: key).content.withLock { $0.slots[key] } }

    /// The state of `key`; nil when it has none.
    func state(of key: ExactString) -> State? { slot(of: key)?.state }

    /// The keys after `cursor` whose states are not fresh, in the order of their bytes, at most
    /// `limit`. O(n log limit).
    func keys(
        after cursor: ExactString?, limit: Int, _ isFresh: (ExactString, State) -> Bool
    ) -> [ExactString] {
        var found: [ExactString] = []
        for shard in shards {
            found += shard.content.withLock { content in
                content.slots.compactMap { key, slot in
                    let isAfter = cursor.map { $0 < key } ?? true
                    return isAfter && !isFresh(key, slot.state) ? key : nil
                }
            }
            if found.count > 4 * limit { found = Array(found.sorted().prefix(limit)) }
        }
        return Array(found.sorted().prefix(limit))
    }

    /// All keys that have a state, shard by shard.
    var allKeys: [ExactString] {
        shards.flatMap { shard in shard.content.withLock { Array($0.slots.keys) } }
    }

    /// Takes over a state read from disk.
    func restore(_ key: ExactString, _ state: State) {
        shard(of: key).content.withLock { content in
            if content.slots.updateValue(Slot(state: state), forKey: key) == nil {
                census.enterAnyway()
            }
        }
    }

    /// Hands the states that are ahead of the disk to `write`, in portions, and counts them as
    /// written. It is called with the shard locked, so that a later change is written later.
    ///
    /// - Returns: Whether all of them were; false as soon as there is no room for more.
    @discardableResult
    func checkpoint(whileRoom hasRoom: () -> Bool, _ write: ([StateWrite]) -> Void) -> Bool {
        for shard in shards {
            repeat {
                guard hasRoom() else { return false }
            } while shard.content.withLock { $0.takeDirty(policyID, write) }
        }
        return true
    }

    /// Hands the states that are ahead of the disk to the writer.
    ///
    /// - Returns: Whether all of them were; false as soon as there is no room for more.
    @discardableResult
    func write(with writer: Writer) -> Bool {
        checkpoint(whileRoom: { writer.hasRoom }) { writes in
            var change = Change()
            change.states = writes
            writer.enqueue(change) { [weak self] result in
                if case .failure = result { self?.markDirty(writes.map(\.key)) }
            }
        }
    }

    /// Hands over all of them, waiting for room; gives up when nothing can be written.
    func writeAll(with writer: Writer) async {
        while !write(with: writer) {
            guard (try? await writer.flush()) != nil else { return }
        }
    }

    /// Notes that states counted as written were not.
    func markDirty(_ keys: [ExactString]) {
        for key in keys { shard(of: key).content.withLock { $0.markDirty(key) } }
    }

    /// Forgets the states in one shard, a different one each `turn`, that `isFresh` says yes to:
    /// those that equal a new one, so that forgetting them changes no answer and loses no event.
    func sweep(turn: Int, _ isFresh: (ExactString, State) -> Bool) {
        let shard = shards[turn % shards.count]
        census.leave(shard.content.withLock { $0.sweep(isFresh) })
    }

    private func shard(of key: ExactString) -> Shard {
        shards[Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))]
    }

    private static var full: PlaneError {
        PlaneError(
            .overloaded, "\(PlaneLimits.liveKeys) keys are live, which is the most there may be")
    }
}
