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
                EventSearch.Filter(column: $0.element, value: 1.databaseValue)
            }
            for types in [nil, [1], [1, 2, 3]] as [[Int64]?] {
                for times in [[], [Self.since]] {
                    for isAscending in [false, true] {
                        let search = EventSearch(
                            filters, types: types, times: times, isAscending: isAscending)
                        for plan in search.plans { try expectIndex(history.store, search, plan) }
                    }
                }
            }
        }
    }

    private static let since = EventSearch.Filter(
        column: "at", comparison: ">=", value: 1.databaseValue)

    private func expectIndex(
        _ store: Store, _ search: EventSearch, _ plan: EventSearch.Plan
    ) throws {
        let (sql, arguments) = search.statement(plan, 1...3000, limit: 100)
        let steps = try plans(store, of: sql, arguments)
        let text: Comment = "\(sql)\n\(steps.joined(separator: "\n"))"
        let index =
            plan.runs.first.map { Self.index(of: $0) }
            ?? "events USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
        #expect(steps.count { $0.contains(index) } == max(1, plan.runs.count), text)
        let scans = steps.filter {
            $0.contains("SCAN") && $0 != "SCAN s" && !$0.contains("(subquery")
        }
        #expect(scans.isEmpty, text)
        // Runs of types are merged, each already in order and cut to the limit.
        let sorts = steps.filter { $0.contains("TEMP B-TREE") }.count
        #expect(sorts == 0 || plan.runs.count > 1, text)
        for run in plan.runs {
            let (sql, arguments) = search.reach(of: run, in: 1...3000, after: 10)
            let steps = try plans(store, of: sql, arguments)
            #expect(steps.count == 1 && steps[0].contains("COVERING INDEX"), "\(sql) \(steps)")
            #expect(steps.allSatisfy { $0.contains(Self.index(of: run)) }, "\(sql) \(steps)")
        }
    }

    private static func index(of run: EventSearch.Filter) -> String {
        let name = run.column == "trace_id" ? "trace" : run.column
        return "events_by_\(name) (\(run.column)=? AND rowid>? AND rowid<?)"
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
