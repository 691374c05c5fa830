internal import GRDB
import Resilience

/// Finds the places of the history that lie in a span of time, by halving.
///
/// Time goes up along the history but where the clock was set back; those places are listed, and
/// between two of them (an epoch) the first event not before a time is found in O(log n). So the
/// history needs no index over time, which every event would have to pay for.
struct TimeBounds {
    let database: Database

    /// The ranges of places from `since` on and before `until`, oldest first.
    func ranges(_ since: Instant?, _ until: Instant?) throws -> [ClosedRange<Int64>] {
        try epochs().compactMap { epoch in
            let lower = try since.map { try place(of: $0, in: epoch) } ?? epoch.lowerBound
            let upper = try until.map { try place(of: $0, in: epoch) - 1 } ?? epoch.upperBound
            return lower <= upper ? lower...upper : nil
        }
    }

    private func epochs() throws -> [ClosedRange<Int64>] {
        guard
            let first = try Int64.fetchOne(database, sql: "SELECT min(seq) FROM events"),
            let last = try Int64.fetchOne(database, sql: "SELECT max(seq) FROM events")
        else { return [] }
        let starts = try Int64.fetchAll(
            database,
            sql: "SELECT first_seq FROM event_epochs WHERE first_seq > ? ORDER BY first_seq",
            arguments: [first])
        return zip([first] + starts, starts.map { $0 - 1 } + [last]).map { $0...$1 }
    }

    /// The first place in `epoch` that is not before `time`; the one after it when all are.
    private func place(of time: Instant, in epoch: ClosedRange<Int64>) throws -> Int64 {
        let statement = try database.cachedStatement(sql: "SELECT at FROM events WHERE seq = ?")
        var (low, high) = (epoch.lowerBound, epoch.upperBound + 1)
        while low < high {
            let middle = low + (high - low) / 2
            let at = try Int64.fetchOne(statement, arguments: [middle]) ?? .max
            if at < time.nanoseconds { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
