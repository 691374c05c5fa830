import HeapModule
import Resilience

/// Walks through all keys, a few at a time with the lock of their part held. A key that has a
/// state for the whole of a walk is met once; one that comes or goes meanwhile may be met or not.
extension StateTable {
    /// The most entries that were ever visited without a lock being given up.
    var mostVisits: Int {
        shards.made.map { shard in shard.locked { shard.mostVisits } }.max() ?? 0
    }

    /// How many entries were ever visited in work on many keys.
    var allVisits: Int {
        shards.made.reduce(0) { sum, shard in sum + shard.locked { shard.allVisits } }
    }

    /// All keys that have a state, part by part.
    var allKeys: [ExactString] {
        var keys: [ExactString] = []
        for shard in shards.made {
            var cursor: ExactString?
            repeat {
                cursor = shard.locked { shard.visit(after: cursor) { key, _ in keys.append(key) } }
            } while cursor != nil
        }
        return keys
    }

    /// Forgets the states in some of the parts, others each `turn`, that `isFresh` says yes to:
    /// those that equal a new one, so that forgetting them changes no answer and loses no event.
    func sweep(turn: Int, _ isFresh: (ExactString, State) -> Bool) {
        let turns = PlaneLimits.sweepTurns
        for shard in shards.made where shard.order.member % turns == turn % turns {
            var cursor: ExactString?
            repeat {
                let step = shard.locked { shard.sweep(after: cursor, isFresh) }
                keyCounter.leave(step.forgotten)
                cursor = step.last
            } while cursor != nil
        }
    }

    /// The keys after `cursor` whose states are not fresh, in the order of their bytes, at most
    /// `limit`: the parts' keys, which are in order each, are merged. O(limit log n), and as much
    /// for each that is fresh.
    func keys(
        after cursor: ExactString?, limit: Int, _ isFresh: (ExactString, State) -> Bool
    ) -> [ExactString] {
        guard limit > 0 else { return [] }
        let parts = shards.made
        let share = min(max(8, 2 * limit / max(1, parts.count)), PlaneLimits.keysAtOnce)
        var streams = parts.map { KeyStream($0, after: cursor, share: share) }
        var heads = Heap<Head>()
        for index in streams.indices {
            if let key = streams[index].next(isFresh) { heads.insert(Head(key, of: index)) }
        }
        var found: [ExactString] = []
        while found.count < limit, let head = heads.popMin() {
            found.append(head.key)
            if let key = streams[head.stream].next(isFresh) {
                heads.insert(Head(key, of: head.stream))
            }
        }
        return found
    }
}

/// The next key of a stream.
private struct Head: Comparable {
    let key: ExactString
    let stream: Int

    init(_ key: ExactString, of stream: Int) {
        self.key = key
        self.stream = stream
    }

    static func < (left: Head, right: Head) -> Bool { left.key < right.key }
}

/// The keys of one part whose states are not fresh, in order, fetched some at a time.
private struct KeyStream<State: KeyState> {
    private let shard: StateShard<State>
    /// How many keys are looked at with the lock held.
    private let share: Int
    private var fetched: ArraySlice<ExactString> = []
    private var cursor: ExactString?
    private var isAtEnd = false

    init(_ shard: StateShard<State>, after cursor: ExactString?, share: Int) {
        self.shard = shard
        self.cursor = cursor
        self.share = share
    }

    mutating func next(_ isFresh: (ExactString, State) -> Bool) -> ExactString? {
        while fetched.isEmpty, !isAtEnd {
            var keys: [ExactString] = []
            let last = shard.locked {
                shard.visit(after: cursor, limit: share) { key, slot in
                    if !isFresh(key, slot.state) { keys.append(key) }
                }
            }
            fetched = keys[...]
            isAtEnd = last == nil
            cursor = last
        }
        return fetched.popFirst()
    }
}

/// Work on many keys that keeps no other call waiting long for their locks.
extension StateTable {
    /// Does `body` with the slots that `keys` have, a few of them at a time and with their lock
    /// held.
    func look(at keys: [ExactString], _ body: ([(key: ExactString, slot: Slot)]) -> Void) {
        forEachPortion(of: keys) { shard, keys in
            shard.locked {
                shard.countVisits(keys.count)
                body(keys.compactMap { key in shard[key].map { (key, $0) } })
            }
        }
    }

    /// Drops the slots among those of `keys` that `isDropped` says yes to.
    ///
    /// - Returns: The keys that still have one.
    func drop(
        _ keys: [ExactString], _ isDropped: (ExactString, Slot) -> Bool
    ) -> [ExactString] {
        var kept: [ExactString] = []
        forEachPortion(of: keys) { shard, keys in
            shard.locked {
                shard.countVisits(keys.count)
                for key in keys {
                    guard let slot = shard[key] else { continue }
                    if !shard.isBeingReset(key), isDropped(key, slot) {
                        shard.remove(key)
                        keyCounter.leave(1)
                    } else {
                        kept.append(key)
                    }
                }
            }
        }
        return kept
    }

    /// Divides keys into portions of one part each, so small that none waits long for their lock.
    private func forEachPortion(
        of keys: [ExactString], _ body: (StateShard<State>, ArraySlice<ExactString>) -> Void
    ) {
        for keys in Dictionary(grouping: keys, by: \.shard).values {
            var rest = keys[...]
            while let first = rest.first {
                body(shard(of: first), rest.prefix(PlaneLimits.keysAtOnce))
                rest = rest.dropFirst(PlaneLimits.keysAtOnce)
            }
        }
    }
}
