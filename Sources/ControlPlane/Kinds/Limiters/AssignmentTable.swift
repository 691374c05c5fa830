import Resilience

/// The assignments of one limiter, by their keys and in the order of these.
struct AssignmentTable: Sendable {
    private var byKey: [ExactString: Assignment] = [:]
    private var keys = SortedKeys()

    /// How many there are.
    var count: Int { byKey.count }

    /// The assignment of a key, in force or not.
    subscript(_ key: ExactString) -> Assignment? {
        get { byKey[key] }
        set {
            let old = byKey[key]
            byKey[key] = newValue
            switch (old, newValue) {
            case (nil, _?): keys.insert(key)
            case (_?, nil): keys.remove(key)
            default: break
            }
        }
    }

    /// Those in force after `cursor`, at most `limit`. O(log n), and O(1) for each.
    func page(after cursor: ExactString?, limit: Int, at now: Instant) -> [Assignment] {
        var page: [Assignment] = []
        keys.visit(after: cursor) { key in
            if page.count < limit, let found = byKey[key], found.isInForce(at: now) {
                page.append(found)
            }
            return page.count < limit
        }
        return page
    }
}
