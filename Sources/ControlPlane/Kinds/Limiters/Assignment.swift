public import Resilience
public import Store

/// An assignment in force.
public struct Assignment: Sendable {
    /// It as it is stored.
    public let record: AssignmentRecord
    /// What it says.
    public let spec: AssignmentSpec

    /// Whether it holds at `now`.
    func isInForce(at now: Instant) -> Bool { spec.expiresAt.map { now < $0 } ?? true }

    /// It as a document, with what the server knows of it.
    public var document: JSONObject {
        let server: JSONObject = [
            "updated_at": .string(record.updatedAt.timestamp),
            "updated_by": .string(record.updatedBy),
        ]
        return JSONObject([("key", .string(record.key.text))])
            .overlaid(by: spec.document).overlaid(by: server)
    }
}

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
