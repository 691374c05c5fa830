internal import DequeModule
import Resilience

/// A change that was handed over.
struct WaitingChange: Sendable {
    let change: Change
    /// Its place among all that were handed over; the version of every row in it.
    let number: Int64
    let weight: Int
    /// Told the place of its first event in the history, or why it was not written.
    let done: (@Sendable (Result<Int64, StoreError>) -> Void)?
}

/// Changes to be committed together, in the order in which they were handed over.
struct Batch: Sendable {
    var changes: [WaitingChange] = []
    /// The first of those that still wait; nil when none does. Any before it in this order are
    /// written.
    var oldestWaiting: Int64?
}

/// The changes that wait to be written, in two lanes.
///
/// What somebody waits for overtakes the levels that wait for nobody, never the other way round:
/// a level is written once all that was awaited before it is. So within a lane the order is that
/// of handing over, levels never starve, since only what was awaited before they came is ahead of
/// them for more than the rest of a commit, and a barrier among the levels is one for everything.
struct WaitingChanges {
    /// At most so much waits to be written: a few seconds of work, and about fifty megabytes. Past
    /// it, changes are refused instead of piling up in memory.
    static let maximum = 200_000
    /// Past it levels are refused: the other half is for what somebody waits for.
    static let maximumForLevels = maximum / 2
    /// At most so much goes into one commit, which bounds how long it takes.
    static let maximumBatch = 10_000
    /// At most so much of a commit are levels, so that what somebody waits for is not kept waiting
    /// by them; as much is kept free for them.
    static let maximumLevels = 1000

    private var awaited = Deque<WaitingChange>()
    private var deferred = Deque<WaitingChange>()
    private var handedOver: Int64 = 0
    /// How much waits.
    private(set) var weight = 0
    /// How many changes wait.
    var count: Int { awaited.count + deferred.count }

    /// Takes a change; false when too much is waiting already. A barrier holds nothing, and so is
    /// always taken.
    mutating func add(
        _ change: Change, weighing weight: Int, in lane: Lane,
        done: (@Sendable (Result<Int64, StoreError>) -> Void)?
    ) -> Bool {
        let isDeferred = lane == .deferred && change.canBeDeferred
        let limit = isDeferred ? Self.maximumForLevels : Self.maximum
        guard self.weight < limit || !change.isWriting else { return false }
        handedOver += 1
        let waiting = WaitingChange(
            change: change, number: handedOver, weight: weight, done: done)
        if isDeferred { deferred.append(waiting) } else { awaited.append(waiting) }
        self.weight += weight
        return true
    }

    /// Takes out what is to be committed next; empty when nothing waits.
    ///
    /// - Parameter isInOrder: whether nothing may overtake anything.
    mutating func nextBatch(isInOrder: Bool) -> Batch {
        var batch = Batch(changes: isInOrder ? takeInOrder() : takeByLane())
        for change in batch.changes { weight -= change.weight }
        let heads = [awaited.first?.number, deferred.first?.number]
        batch.oldestWaiting = heads.compactMap(\.self).min()
        return batch
    }

    private mutating func takeByLane() -> [WaitingChange] {
        let room = Self.maximumBatch - Self.maximumLevels
        let changes = Self.take(from: &awaited, upTo: room, before: .max)
        let levels = Self.take(
            from: &deferred, upTo: Self.maximumLevels, before: awaited.first?.number ?? .max)
        if changes.isEmpty || levels.isEmpty { return changes + levels }
        return (changes + levels).sorted { $0.number < $1.number }
    }

    private mutating func takeInOrder() -> [WaitingChange] {
        var taken: [WaitingChange] = []
        var room = Self.maximumBatch
        while room > 0, !awaited.isEmpty || !deferred.isEmpty {
            let level = deferred.first?.number ?? .max
            taken += Self.take(from: &awaited, upTo: room, before: level)
            let change = awaited.first?.number ?? .max
            taken += Self.take(from: &deferred, upTo: room, before: change)
            room = Self.maximumBatch - taken.reduce(0) { $0 + $1.weight }
        }
        return taken
    }

    /// The first of a lane that were handed over before others: as many as there is room for, and
    /// the last of them whole.
    private static func take(
        from lane: inout Deque<WaitingChange>, upTo room: Int, before number: Int64
    ) -> [WaitingChange] {
        var taken: [WaitingChange] = []
        var room = room
        while room > 0, let next = lane.first, next.number < number {
            taken.append(lane.removeFirst())
            room -= next.weight
        }
        return taken
    }
}
