internal import GRDB
import Resilience

/// Answers queries over the history, each by one index.
///
/// The filter that few events pass chooses the index; the others are tested on the rows that it
/// finds (`+column` keeps SQLite from choosing theirs). Times become places first. What is read
/// for an answer is so bounded by what the most telling filter finds.
struct EventReader {
    let database: Database

    /// The events that `query` asks for, in its order.
    func events(_ query: EventQuery) throws -> [EventRecord] {
        guard let bounds = query.bounds, let filters = try filters(of: query) else { return [] }
        let types = try typeIDs(of: query)
        if query.type != nil, types?.isEmpty == true { return [] }
        var found: [EventRecord] = []
        for range in try ranges(of: query, within: bounds) where found.count < query.limit {
            let limit = query.limit - found.count
            let statement = Self.statement(
                filters, types: types, times: Self.times(of: query), range,
                isAscending: query.isAscending, limit: limit)
            let rows = try Row.fetchAll(
                database, sql: statement.sql, arguments: statement.arguments)
            found += try rows.map(Self.record)
        }
        return found
    }

    /// A test that events must pass.
    struct Filter {
        /// The column that it is about.
        let column: String
        /// How the column compares with the value. An index serves equality alone.
        var comparison = "="
        let value: DatabaseValue
    }

    /// A query as SQL. The most telling filter comes first in `filters`.
    static func statement(
        _ filters: [Filter], types: [Int64]?, times: [Filter] = [], _ range: ClosedRange<Int64>,
        isAscending: Bool, limit: Int
    ) -> (sql: String, arguments: StatementArguments) {
        let order = isAscending ? "ASC" : "DESC"
        // A few types of one family are as many short runs of the index by type, merged.
        guard filters.isEmpty, let types, types.count > 1 else {
            var filters = filters
            if let types, types.count == 1 {
                filters.append(Filter(column: "type", value: types[0].databaseValue))
            }
            var (sql, arguments) = seqs(filters + times, range)
            if let types, types.count > 1 {
                sql += " AND +type IN (\(types.map(String.init).joined(separator: ", ")))"
            }
            arguments += [limit]
            return (select(from: "\(sql) ORDER BY seq \(order) LIMIT ?", order), arguments)
        }
        let runs = types.map { type in
            let filter = Filter(column: "type", value: type.databaseValue)
            let (sql, arguments) = seqs([filter] + times, range)
            return ("SELECT * FROM (\(sql) ORDER BY seq \(order) LIMIT \(limit))", arguments)
        }
        let union = runs.map(\.0).joined(separator: " UNION ALL ")
        let arguments = runs.reduce(StatementArguments()) { $0 + $1.1 } + [limit]
        return (select(from: "\(union) ORDER BY seq \(order) LIMIT ?", order), arguments)
    }

    /// The types between two words that occur in the history.
    static let typesOfFamily = """
        SELECT id FROM symbols WHERE text >= ? AND text < ?
        AND EXISTS (SELECT 1 FROM events WHERE type = symbols.id)
        """

    private static func seqs(
        _ filters: [Filter], _ range: ClosedRange<Int64>
    ) -> (sql: String, arguments: StatementArguments) {
        var sql = "SELECT seq FROM events WHERE seq BETWEEN ? AND ?"
        var arguments: StatementArguments = [range.lowerBound, range.upperBound]
        for (index, filter) in filters.enumerated() {
            let isIndexed = index == 0 && filter.comparison == "="
            sql += " AND \(isIndexed ? "" : "+")\(filter.column) \(filter.comparison) ?"
            arguments += [filter.value]
        }
        return (sql, arguments)
    }

    private static func select(from seqs: String, _ order: String) -> String {
        """
        SELECT e.seq, e.at, t.text, k.text, n.text, e.key, a.text, e.trace_id, e.policy_version,
        e.reason, e.data
        FROM (\(seqs)) AS s CROSS JOIN events AS e ON e.seq = s.seq
        CROSS JOIN symbols AS t ON t.id = e.type CROSS JOIN symbols AS a ON a.id = e.actor
        LEFT JOIN symbols AS k ON k.id = e.kind LEFT JOIN symbols AS n ON n.id = e.name
        """
    }

    private static func record(_ row: Row) throws -> EventRecord {
        EventRecord(
            seq: row[0],
            event: EventDraft(
                row[2], at: Instant(nanoseconds: row[1]), actor: row[6], traceID: row[7],
                kind: row[3], name: row[4], key: row[5], policyVersion: row[8], reason: row[9],
                data: try (row[10] as String?).map(parse)))
    }

    /// What the ranges of places leave to be tested of the times asked for.
    private static func times(of query: EventQuery) -> [Filter] {
        [(">=", query.since), ("<", query.until)].compactMap { comparison, time in
            time.map {
                Filter(column: "at", comparison: comparison, value: $0.nanoseconds.databaseValue)
            }
        }
    }

    /// The filters by how few events each finds as a rule; nil when a word occurs in no event.
    private func filters(of query: EventQuery) throws -> [Filter]? {
        var filters: [Filter] = []
        let texts = [("trace_id", query.traceID), ("key", query.key)]
        for case (let column, let text?) in texts {
            filters.append(Filter(column: column, value: text.databaseValue))
        }
        let words = [("name", query.name), ("actor", query.actor), ("kind", query.kind)]
        for case (let column, let word?) in words {
            guard let id = try Symbols.existing(word, in: database) else { return nil }
            filters.append(Filter(column: column, value: id.databaseValue))
        }
        return filters
    }

    /// The types asked for; nil for all.
    private func typeIDs(of query: EventQuery) throws -> [Int64]? {
        guard let type = query.type else { return nil }
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
