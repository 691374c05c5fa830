internal import GRDB
import Resilience

/// Answers queries over the history, each by one index.
///
/// The filter that few events pass chooses the index; the others are tested on the rows that it
/// finds (`+column` keeps SQLite from choosing theirs). Times become places first. Where every
/// filter finds many, only so many are looked through at once, and the page says how far it came.
struct EventReader {
    let database: Database

    /// How many entries of an index are looked through for one page of each range of places.
    static let longestScan = 10_000
    /// Past so many bytes of figures a page ends: some events hold whole policies.
    private static let pageBytes = 4 << 20
    /// How many ranges of places are looked through for one page.
    private static let maximumRanges = 8

    /// The next events that `query` asks for, in its order.
    func page(_ query: EventQuery) throws -> EventPage {
        guard !query.isContradictory, let bounds = query.bounds,
            let filters = try filters(of: query)
        else { return EventPage() }
        let types = try typeIDs(of: query)
        if types?.isEmpty == true { return EventPage() }
        let search = EventSearch(
            filters, types: types, times: Self.times(of: query), isAscending: query.isAscending)
        let limit = min(query.limit, Int(Int32.max))
        var page = EventPage()
        for (count, range) in try ranges(of: query, within: bounds).enumerated() {
            guard count < Self.maximumRanges else { return page }
            let (plan, reach) = try plan(of: search, in: range)
            let part = reach.map { search.part(of: range, upTo: $0) } ?? range
            let statement = search.statement(plan, part, limit: limit - page.records.count + 1)
            let isWhole = try read(statement, into: &page, limit: limit)
            if !isWhole {
                page.next = page.records.last?.seq
                return page
            }
            if page.records.count > limit {
                page.records.removeLast(page.records.count - limit)
                page.next = page.records.last?.seq
                return page
            }
            page.next = reach
            if reach != nil { return page }
            page.next = query.isAscending ? range.upperBound : range.lowerBound
        }
        page.next = nil
        return page
    }

    /// Adds the events that a statement finds to a page; false where it came to hold too many
    /// bytes before the last of them.
    private func read(
        _ statement: (sql: String, arguments: StatementArguments), into page: inout EventPage,
        limit: Int
    ) throws -> Bool {
        let rows = try Row.fetchCursor(
            database, sql: statement.sql, arguments: statement.arguments)
        var bytes = 0
        while let row = try rows.next() {
            if bytes > Self.pageBytes { return false }
            bytes += (row[10] as String?)?.utf8.count ?? 0
            page.records.append(try Self.record(row))
        }
        return true
    }

    /// How a search goes through a range of places, and how far; nil where that is to its end.
    private func plan(
        of search: EventSearch, in range: ClosedRange<Int64>
    ) throws -> (plan: EventSearch.Plan, reach: Int64?) {
        var best: (plan: EventSearch.Plan, reach: Int64)?
        for plan in search.plans {
            guard plan.hasTests, let reach = try reach(of: plan, search, in: range) else {
                return (plan, nil)
            }
            if let best, !search.isFarther(reach, than: best.reach) { continue }
            best = (plan, reach)
        }
        return best.map { ($0, $1) } ?? (search.plans[0], nil)
    }

    /// How far a plan comes in a range; nil where that is to its end.
    private func reach(
        of plan: EventSearch.Plan, _ search: EventSearch, in range: ClosedRange<Int64>
    ) throws -> Int64? {
        guard !plan.runs.isEmpty else { return search.place(Self.longestScan, in: range) }
        let places = try plan.runs.compactMap { run in
            let (sql, arguments) = search.reach(of: run, in: range, after: Self.longestScan)
            return try Int64.fetchOne(database, sql: sql, arguments: arguments)
        }
        return search.isAscending ? places.min() : places.max()
    }

    /// The types between two words that occur in the history.
    static let typesOfFamily = """
        SELECT id FROM symbols WHERE text >= ? AND text < ?
        AND EXISTS (SELECT 1 FROM events WHERE type = symbols.id)
        """

    private static func record(_ row: Row) throws -> EventRecord {
        EventRecord(
            seq: row[0],
            event: EventDraft(
                row[2], at: Instant(nanoseconds: row[1]), actor: row[6], traceID: row[7],
                kind: row[3], name: row[4], key: row[5], policyVersion: row[8], reason: row[9],
                data: try (row[10] as String?).map(parse), node: row[11]))
    }

    /// What the ranges of places leave to be tested of the times asked for.
    private static func times(of query: EventQuery) -> [EventSearch.Filter] {
        [(">=", query.since), ("<", query.until)].compactMap { comparison, time in
            time.map {
                EventSearch.Filter(
                    column: "at", comparison: comparison, value: $0.nanoseconds.databaseValue)
            }
        }
    }

    /// The filters by how few events each finds as a rule; nil when a word occurs in no event.
    private func filters(of query: EventQuery) throws -> [EventSearch.Filter]? {
        var filters: [EventSearch.Filter] = []
        let texts = [("trace_id", query.traceID), ("key", query.key)]
        for case (let column, let text?) in texts {
            filters.append(EventSearch.Filter(column: column, value: text.databaseValue))
        }
        let words = [("name", query.name), ("actor", query.actor), ("kind", query.kind)]
        for case (let column, let word?) in words {
            guard let id = try Symbols.existing(word, in: database) else { return nil }
            filters.append(EventSearch.Filter(column: column, value: id.databaseValue))
        }
        return filters
    }

    /// The types asked for; nil for all.
    private func typeIDs(of query: EventQuery) throws -> [Int64]? {
        guard let types = query.type else { return nil }
        var ids: [Int64] = []
        for type in Set(types.split(separator: ",")) {
            ids += try typeIDs(of: String(type)).filter { !ids.contains($0) }
        }
        return ids
    }

    private func typeIDs(of type: String) throws -> [Int64] {
        guard type.hasSuffix(".*") else {
            return try Symbols.existing(type, in: database).map { [$0] } ?? []
        }
        // Names and actors are symbols too, and may be as many as there are callers.
        let family = String(type.dropLast())
        return try Int64.fetchAll(
            database, sql: Self.typesOfFamily, arguments: [family, family.dropLast() + "/"])
    }

    private func ranges(
        of query: EventQuery, within bounds: ClosedRange<Int64>
    ) throws -> [ClosedRange<Int64>] {
        guard query.since != nil || query.until != nil else { return [bounds] }
        let ranges = try TimeBounds(database: database).ranges(query.since, query.until)
            .compactMap { range -> ClosedRange<Int64>? in
                range.overlaps(bounds) ? range.clamped(to: bounds) : nil
            }
        return query.isAscending ? ranges : ranges.reversed()
    }
}
