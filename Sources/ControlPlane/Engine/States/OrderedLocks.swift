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
