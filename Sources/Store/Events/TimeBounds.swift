internal import GRDB
import Resilience

/// Finds the places of the history that lie in a span of time, by halving.
///
/// Time goes up along the history but for two things. Where the clock was set back, an epoch
/// ends; those places are listed. And events that were held back, or whose calls overtook each
/// other, are out of order by a little. So within an epoch a place is found in O(log n) from
/// which on no event is too early, and what lies close to it is tested by itself. The history
/// needs no index over time, which every event would have to pay for.
struct TimeBounds {
    /// How far events of one epoch may be out of order; past it, a new epoch begins.
    static let disorder = Timespan.seconds(5)
    /// A journal that is opened knows the last event's time, not the latest: twice as far.
    private static let margin = disorder + disorder

    let database: Database

    /// The ranges of places that hold every event from `since` on and before `until`, and few
    /// others; oldest first.
    func ranges(_ since: Instant?, _ until: Instant?) throws -> [ClosedRange<Int64>] {
        let since = since?.earlier(by: Self.margin)
        let until = until.map { $0 + Self.margin }
        return try epochs().compactMap { epoch in
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

    /// A place in `epoch` that is not before `time`, after one that is, or an end of it.
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

extension Instant {
    /// The instant a span before, or the first there is.
    func earlier(by span: Timespan) -> Instant {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(span.nanoseconds)
        return Instant(nanoseconds: overflow ? .min : difference)
    }
}
