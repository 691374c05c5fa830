import Resilience

/// What a change weighs, by which what waits and what goes into one commit are bounded: one for
/// each row, and one more for each full ``bytesPerUnit`` of what the row holds. The change itself
/// counts as one.
extension Change {
    static let bytesPerUnit = 256
    /// A policy may have any number of states to delete.
    static let clearingWeight = 1000

    /// How much work and memory it is. O(n) in its rows and the members of their documents.
    var weight: Int {
        var weight = 1 + Self.clearingWeight * clearedPolicies.count
        for policy in policies { weight += policy.weight }
        for assignment in assignments { weight += Self.weight(ofBytes: assignment.size) }
        for state in states { weight += Self.weight(ofBytes: state.size) }
        for (name, value) in settings {
            weight += Self.weight(ofBytes: name.utf8.count + value.utf8.count)
        }
        for settlement in settlements {
            weight += Self.weight(ofBytes: 8 * (settlement.chunk?.bits.count ?? 0))
        }
        for event in events { weight += event.weight }
        return manualTime == nil ? weight : weight + 1
    }

    /// What a row of so many bytes weighs.
    static func weight(ofBytes size: Int) -> Int { 1 + size / bytesPerUnit }
}

extension PolicyWrite {
    /// A policy is put twice: as it is, and as one of its versions. Its states go with it.
    fileprivate var weight: Int {
        switch self {
        case .put(let policy, _):
            2 * Change.weight(ofBytes: policy.name.utf8.count + policy.document.snapshotSize)
        case .delete: Change.clearingWeight
        }
    }
}

extension AssignmentWrite {
    fileprivate var size: Int {
        switch self {
        case .put(let record): record.key.byteCount + record.document.snapshotSize
        case .delete(_, let key), .expire(_, let key, _): key.byteCount
        }
    }
}

extension EventDraft {
    /// What it weighs in a change.
    var weight: Int {
        func size(_ text: String?) -> Int { text?.utf8.count ?? 0 }
        let policy = size(kind) + size(name) + size(key)
        let cause = size(actor) + size(traceID) + size(reason)
        return Change.weight(
            ofBytes: size(type) + policy + cause + (data?.snapshotSize ?? 0))
    }
}
