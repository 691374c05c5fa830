/// Locks taken together.
public enum OrderedLocks {
    /// Does `body` with all of `locks` held, each taken once. O(n log n).
    @inlinable
    public static func locked<Answer, Failure: Error>(
        _ locks: [any OrderedLock], _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try locked(locks.sorted { $0.order < $1.order }[...], body)
    }

    @inlinable
    static func locked<Answer, Failure: Error>(
        _ locks: ArraySlice<any OrderedLock>, _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        guard let first = locks.first else { return try body() }
        let rest = locks.drop { $0.order == first.order }
        return try first.locked { () throws(Failure) in try locked(rest, body) }
    }
}

/// Something that is locked together with others.
public protocol OrderedLock: Sendable {
    /// Its place among the others, which no other has.
    var order: LockOrder { get }

    /// Does `body` with the lock held.
    func locked<Answer, Failure: Error>(
        _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer
}

/// Where a lock stands among all locks of states. Whoever takes several takes them in this order,
/// so that no two ever wait for each other.
public struct LockOrder: Comparable, Sendable {
    /// What it belongs to, such as a policy.
    public let group: Int64
    /// Which of the group's locks it is.
    public let member: Int

    /// The place of a lock that is this one of its group.
    @inlinable
    public init(group: Int64, member: Int) { (self.group, self.member) = (group, member) }

    @inlinable
    public static func < (left: LockOrder, right: LockOrder) -> Bool {
        (left.group, left.member) < (right.group, right.member)
    }
}
