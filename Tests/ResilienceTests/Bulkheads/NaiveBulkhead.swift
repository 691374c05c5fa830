@testable import Resilience

/// A bulkhead that is as simple as can be: a list of who is in, looked through at each call.
struct NaiveBulkhead {
    struct Holder: Equatable {
        let id: UInt64
        var spanMs: Int64
        var endMs: Int64
    }

    var limit: Int
    var leaseMs: Int64
    var holders: [Holder] = []

    /// Who is out by now, in the order of their ends.
    mutating func advance(to ms: Int64) -> [UInt64] {
        for index in holders.indices {
            let span = min(holders[index].spanMs, leaseMs)
            holders[index].endMs = min(holders[index].endMs, ms + span)
        }
        let ended = holders.filter { $0.endMs <= ms }
        holders.removeAll { $0.endMs <= ms }
        return ended.sorted { ($0.endMs, $0.id) < ($1.endMs, $1.id) }.map(\.id)
    }

    /// Nil when it is let in, else how long to wait until it could be; -1 for nobody knows.
    mutating func acquire(_ id: UInt64, for spanMs: Int64, behind queued: Int, at ms: Int64)
        -> Int64?
    {
        guard holders.count + queued >= limit else {
            let span = min(spanMs, leaseMs)
            holders.append(Holder(id: id, spanMs: span, endMs: ms + span))
            return nil
        }
        // Let one after the other go, until there is room for all ahead and this one.
        var rest = holders.sorted { $0.endMs < $1.endMs }
        var last: Int64 = -1
        while rest.count + queued >= limit {
            guard let first = rest.first else { return -1 }
            last = first.endMs
            rest.removeFirst()
        }
        return last - ms
    }

    mutating func leave(_ id: UInt64) -> Bool {
        let isIn = holders.contains { $0.id == id }
        holders.removeAll { $0.id == id }
        return isIn
    }

    mutating func renew(_ id: UInt64, for spanMs: Int64, at ms: Int64) -> Int64? {
        guard let index = holders.firstIndex(where: { $0.id == id }) else { return nil }
        let span = min(spanMs, leaseMs)
        holders[index] = Holder(id: id, spanMs: span, endMs: ms + span)
        return ms + span
    }
}
