import GRDB
import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("Query plans")
struct QueryPlanTests {
    /// Every statement prepared in a database, as it was written. Guarded by the database's queue.
    private func plans(
        _ store: Store, of sql: String, _ arguments: StatementArguments? = nil
    ) throws -> [String] {
        try store.pool.writeWithoutTransaction { database in
            let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
            let given =
                arguments
                ?? StatementArguments(
                    Array(repeating: 1, count: sql.filter { $0 == "?" }.count))
            return try Row.fetchAll(statement, arguments: given).map { $0["detail"] }
        }
    }

    @Test("of every combination of filters use one index, and sort at most what they return")
    func events() async throws {
        let history = try await EventHistory(count: 4000)
        let columns = ["trace_id", "key", "name", "actor", "kind"]
        for bits in 0..<32 {
            let filters = columns.enumerated().filter { bits & (1 << $0.offset) != 0 }.map {
                EventReader.Filter(column: $0.element, value: 1.databaseValue)
            }
            for types in [nil, [1], [1, 2, 3]] as [[Int64]?] {
                for times in [[], [Self.since]] {
                    for isAscending in [false, true] {
                        try expectIndex(history.store, filters, types, times, isAscending)
                    }
                }
            }
        }
    }

    private static let since = EventReader.Filter(
        column: "at", comparison: ">=", value: 1.databaseValue)

    private func expectIndex(
        _ store: Store, _ filters: [EventReader.Filter], _ types: [Int64]?,
        _ times: [EventReader.Filter], _ isAscending: Bool
    ) throws {
        let (sql, arguments) = EventReader.statement(
            filters, types: types, times: times, 1...3000, isAscending: isAscending, limit: 100)
        let plan = try plans(store, of: sql, arguments)
        let text: Comment = "\(sql)\n\(plan.joined(separator: "\n"))"
        let index: String =
            switch (filters.first?.column, types?.count) {
            case (let column?, _):
                "events_by_\(column == "trace_id" ? "trace" : column) (\(column)=? AND rowid>? AND rowid<?)"
            case (nil, nil): "events USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
            default: "events_by_type (type=? AND rowid>? AND rowid<?)"
            }
        #expect(plan.contains { $0.contains(index) }, text)
        let scans = plan.filter {
            $0.contains("SCAN") && $0 != "SCAN s" && !$0.contains("(subquery")
        }
        #expect(scans.isEmpty, text)
        // Runs of types are merged, each already in order and cut to the limit.
        let isMerged = filters.isEmpty && (types?.count ?? 0) > 1
        let sorts = plan.filter { $0.contains("TEMP B-TREE") }.count
        #expect(sorts == 0 || isMerged, text)
    }

    @Test(
        "of single rows and small ranges search",
        arguments: [
            EventReader.typesOfFamily,
            "SELECT at FROM events WHERE seq = ?",
            "SELECT min(seq) FROM events",
            "SELECT max(seq) FROM events",
            "SELECT first_seq FROM event_epochs WHERE first_seq > ? ORDER BY first_seq",
            "SELECT id FROM symbols WHERE text = ?",
            "SELECT max(version) FROM policy_versions WHERE kind = ? AND name = ?",
            """
            SELECT version FROM policy_versions
            WHERE kind = ? AND name = ? AND version < ? ORDER BY version DESC LIMIT ?
            """,
            "DELETE FROM states WHERE policy_id = ?",
            "DELETE FROM states WHERE policy_id = ? AND key = ?",
            "DELETE FROM assignments WHERE policy_id = ? AND key = ?",
            "DELETE FROM policies WHERE id = ?",
            "SELECT value FROM settings WHERE name = 'manual_time'",
        ])
    func others(sql: String) async throws {
        let history = try await EventHistory(count: 100)
        let plan = try plans(history.store, of: sql)
        #expect(!plan.isEmpty)
        #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") || $0.contains("SUBQUERY") }, "\(plan)")
    }
}
