import Resilience
import Store
import Synchronization

extension ExactString {
    /// Which part of a policy's states has that of the key.
    var shard: Int { Int(UInt(bitPattern: hashValue) % UInt(PlaneLimits.shards)) }
}

/// The parts that the states of a policy are divided into, each with a lock of its own.
///
/// A part is made when a key first needs it, and stays: of ten thousand policies most have few
/// keys. It is then found by one atomic load. Parts are made under a mutex, so that none comes
/// into being beside a reset of all without knowing of it.
final class StateShards<State: KeyState>: @unchecked Sendable {
    private let policyID: Int64
    private let places: UnsafeMutablePointer<AtomicLazyReference<StateShard<State>>>
    /// A bit for each part that was made.
    private let bits = Atomic<UInt64>(0)
    /// The reset of all that is being written.
    private let making = Mutex<StateReset?>(nil)

    init(policyID: Int64) {
        self.policyID = policyID
        precondition(PlaneLimits.shards <= UInt64.bitWidth)
        places = .allocate(capacity: PlaneLimits.shards)
        for index in 0..<PlaneLimits.shards {
            (places + index).initialize(to: AtomicLazyReference())
        }
    }

    deinit {
        places.deinitialize(count: PlaneLimits.shards)
        places.deallocate()
    }

    /// The part that has the state of `key`.
    subscript(_ key: ExactString) -> StateShard<State> {
        let index = key.shard
        return places[index].load() ?? make(index)
    }

    /// The part that has the state of `key`; nil when it has none for want of that part.
    func ifMade(for key: ExactString) -> StateShard<State>? { places[key.shard].load() }

    /// Those that were made. O(their number).
    var made: [StateShard<State>] {
        var rest = bits.load(ordering: .acquiring)
        var made: [StateShard<State>] = []
        while rest != 0 {
            if let shard = places[rest.trailingZeroBitCount].load() { made.append(shard) }
            rest &= rest - 1
        }
        return made
    }

    /// Has all states give way to `reset` in what is handed over from now on.
    func begin(_ reset: StateReset) {
        making.withLock { $0 = reset }
        for shard in made { shard.locked { shard.note(reset, of: nil) } }
    }

    /// Parts made from now on know of no reset of all.
    ///
    /// - Returns: The others, which are to be told one by one that it has ended.
    func endReset() -> [StateShard<State>] {
        making.withLock { $0 = nil }
        return made
    }

    private func make(_ index: Int) -> StateShard<State> {
        making.withLock { reset in
            let order = LockOrder(group: policyID, member: index)
            let shard = places[index].storeIfNil(StateShard(order, resetOfAll: reset))
            bits.bitwiseOr(1 << UInt64(index), ordering: .releasing)
            return shard
        }
    }
}
