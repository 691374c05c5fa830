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
