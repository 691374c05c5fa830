/// Locks taken together.
enum OrderedLocks {
    /// Does `body` with all of `locks` held, each taken once. O(n log n).
    static func locked<Answer>(
        _ locks: [any OrderedLock], _ body: () throws -> Answer
    ) rethrows -> Answer {
        try locked(locks.sorted { $0.order < $1.order }[...], body)
    }

    private static func locked<Answer>(
        _ locks: ArraySlice<any OrderedLock>, _ body: () throws -> Answer
    ) rethrows -> Answer {
        guard let first = locks.first else { return try body() }
        let rest = locks.drop { $0.order == first.order }
        return try first.locked { try locked(rest, body) }
    }
}

/// Something that is locked together with others.
protocol OrderedLock: Sendable {
    /// Its place among the others.
    var order: LockOrder { get }

    /// Does `body` with the lock held.
    func locked<Answer>(_ body: () throws -> Answer) rethrows -> Answer
}

/// Where a lock stands among all locks of states. Whoever takes several takes them in this order,
/// so that no two ever wait for each other.
struct LockOrder: Comparable {
    /// The policy.
    let policyID: Int64
    /// The part of its states.
    let shard: Int

    static func < (left: LockOrder, right: LockOrder) -> Bool {
        (left.policyID, left.shard) < (right.policyID, right.shard)
    }
}
