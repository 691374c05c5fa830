import Resilience
import Store

/// The state that a policy keeps for one key.
protocol KeyState: Snapshot, Equatable {
    /// A call that waits for its turn with the key; `Never` where none does.
    associatedtype Waiter: LineMember = Never

    /// Whether it is written to disk.
    static var isStored: Bool { get }

    /// The state of a key that has not been seen.
    init(at now: Instant)
}

extension KeyState {
    static var isStored: Bool { true }
}

/// The live states of one policy's keys.
///
/// Whoever is above says *apply this to the state of that key, and give me the answer*, and never
/// holds on to a state. The table is divided into shards, each guarded by a mutex; it notes which
/// states are ahead of the disk, and forgets those that equal a fresh one. What concerns many keys
/// goes through them in steps, so that no call waits long for a lock.
final class StateTable<State: KeyState>: Sendable {
    let policyID: Int64
    let keyCounter: KeyCounter
    /// The keys that calls wait for.
    let waiting = WaitingKeys()
    let shards: StateShards<State>
    /// Makes the state of a key that has none.
    private let begin: @Sendable (ExactString, Instant) -> State

    typealias Slot = StateShard<State>.Slot

    init(
        policyID: Int64, _ keyCounter: KeyCounter,
        begin: @escaping @Sendable (ExactString, Instant) -> State = { State(at: $1) }
    ) {
        self.policyID = policyID
        self.keyCounter = keyCounter
        self.begin = begin
        shards = StateShards(policyID: policyID)
    }

    deinit { keyCounter.leave(count) }

    /// How many keys have a state.
    var count: Int { shards.made.reduce(0) { sum, shard in sum + shard.locked { shard.count } } }

    /// Applies `transition` to the state of `key`, a fresh one where there is none, and notes it
    /// as changed where `isChange` says so. What `transition` hands to the writer is in the order
    /// of the changes.
    ///
    /// The clock is read with the state at hand: of two calls, the one whose turn is later never
    /// has the earlier time, which would let the time between them pass twice.
    ///
    /// - Throws: `overloaded` when the key has no state and there is no room for one.
    func apply<Answer>(
        _ key: ExactString, by clock: any PlaneClock,
        isChange: (Answer) -> Bool = { _ in true },
        _ transition: (inout Slot, _ now: Instant) throws -> Answer
    ) throws -> Answer {
        guard
            let answer = try applyIfRoom(key, by: clock, isChange: isChange, transition)
        else { throw full }
        return answer
    }

    /// As ``apply(_:by:isChange:_:)``; nil when the key has no state and there is no room for one.
    func applyIfRoom<Answer>(
        _ key: ExactString, by clock: any PlaneClock,
        isChange: (Answer) -> Bool = { _ in true },
        _ transition: (inout Slot, _ now: Instant) throws -> Answer
    ) rethrows -> Answer? {
        let shard = shard(of: key)
        return try shard.locked {
            let now = clock.now()
            guard enter(key, shard, at: now) else { return nil }
            let answer = try transition(&shard[present: key], now)
            if isChange(answer) { shard.markDirty(key) }
            return answer
        }
    }

    /// Sees to it that a key has a state; false when there is no room for one.
    func enter(_ key: ExactString, _ shard: StateShard<State>, at now: Instant) -> Bool {
        guard shard[key] == nil else { return true }
        guard keyCounter.enter() else { return false }
        shard.put(Slot(state: begin(key, now), beganAt: now), for: key)
        return true
    }

    /// Applies `transition` to the state of `key` if it has one, and notes it as changed when it
    /// is; nil when it has none.
    ///
    /// - Parameter isChange: tells by the answer whether it is, so that a large state needs not be
    ///   compared with what it was.
    func applyIfPresent<Answer>(
        _ key: ExactString, isChange: ((Answer) -> Bool)? = nil,
        _ transition: (inout Slot) throws -> Answer
    ) rethrows -> Answer? {
        guard let shard = shards.ifMade(for: key) else { return nil }
        return try shard.locked {
            guard shard[key] != nil else { return nil }
            guard let isChange else { return try applyComparing(key, shard, transition) }
            let answer = try transition(&shard[present: key])
            if isChange(answer) { shard.markDirty(key) }
            return answer
        }
    }

    private func applyComparing<Answer>(
        _ key: ExactString, _ shard: StateShard<State>,
        _ transition: (inout Slot) throws -> Answer
    ) rethrows -> Answer? {
        guard let before = shard[key]?.state else { return nil }
        let answer = try transition(&shard[present: key])
        if shard[present: key].state != before { shard.markDirty(key) }
        return answer
    }

    /// The state of `key`, with the calls that wait for it; nil when it has none.
    func slot(of key: ExactString) -> Slot? {
        guard let shard = shards.ifMade(for: key) else { return nil }
        return shard.locked { shard[key] }
    }

    /// The state of `key`; nil when it has none.
    func state(of key: ExactString) -> State? { slot(of: key)?.state }

    /// Takes over a state read from disk.
    func restore(_ key: ExactString, _ state: State) {
        let shard = shard(of: key)
        shard.locked {
            if shard[key] == nil { keyCounter.enterAnyway() }
            shard.put(Slot(state: state), for: key)
        }
    }

    /// Hands the states that are ahead of the disk to `write`, in portions, and counts them as
    /// written. It is called with the shard locked, so that a later change is written later.
    ///
    /// - Returns: Whether all of them were; false as soon as there is no room for more.
    @discardableResult
    func checkpoint(whileRoom hasRoom: () -> Bool, _ write: ([StateWrite]) -> Void) -> Bool {
        for shard in shards.made {
            repeat {
                guard hasRoom() else { return false }
            } while shard.locked { shard.takeDirty(write) }
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
            guard (try? await writer.flush()) != nil, writer.lastFailure == nil else { return }
        }
    }

    /// Notes that states counted as written were not.
    func markDirty(_ keys: [ExactString]) {
        for key in keys {
            let shard = shard(of: key)
            shard.locked { shard.markDirty(key) }
        }
    }

    /// The part that has the state of `key`.
    func shard(of key: ExactString) -> StateShard<State> { shards[key] }

    /// The error of whoever must have a state, and can have none.
    var full: PlaneError {
        PlaneError(
            .overloaded,
            "\(keyCounter.maximum) keys have a state, which is the most there may be (max_keys)")
    }
}
