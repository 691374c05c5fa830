internal import GRDB
import Resilience

/// The tests that events must pass, as SQL: by any one of them that an index serves, with the
/// others as tests of its rows.
struct EventSearch {
    /// A test that events must pass.
    struct Filter {
        /// The column that it is about.
        let column: String
        /// How the column compares with the value. An index serves equality alone.
        var comparison = "="
        let value: DatabaseValue
    }

    /// A way to search.
    struct Plan {
        /// The runs of an index that are merged, each in order; none for the table itself.
        var runs: [Filter] = []
        /// What is tested on the rows.
        var tests: [Filter] = []
        /// The types that rows may have, where that is tested; nil for all.
        var types: [Int64]?

        /// Whether a row that is found may be none that is asked for.
        var hasTests: Bool { !tests.isEmpty || types != nil }
    }

    /// The ways to search, by how few rows each finds as a rule.
    let plans: [Plan]
    /// Whether the oldest come first.
    let isAscending: Bool

    /// A search for events that pass all of these.
    ///
    /// - Parameters:
    ///   - filters: tests for equality, by how few events each finds as a rule.
    ///   - types: the types that are asked for, at least one; nil for all.
    ///   - times: tests that no index serves.
    init(_ filters: [Filter], types: [Int64]?, times: [Filter], isAscending: Bool) {
        self.isAscending = isAscending
        var plans = filters.indices.map { index in
            var tests = filters
            let run = tests.remove(at: index)
            return Plan(runs: [run], tests: tests + times, types: types)
        }
        if let types {
            // A few types are as many short runs of the index by type, merged.
            let runs = types.map { Filter(column: "type", value: $0.databaseValue) }
            plans.append(Plan(runs: runs, tests: filters + times))
        }
        self.plans = plans.isEmpty ? [Plan(tests: times)] : plans
    }

    /// The part of `range` from where the search begins up to `place`.
    func part(of range: ClosedRange<Int64>, upTo place: Int64) -> ClosedRange<Int64> {
        isAscending ? range.lowerBound...place : place...range.upperBound
    }

    /// Whether a search that comes to `place` comes farther than one that comes to `other`.
    func isFarther(_ place: Int64, than other: Int64) -> Bool {
        isAscending ? place > other : place < other
    }

    /// The place that is the `count`th from where the search begins; nil when the range ends first.
    func place(_ count: Int, in range: ClosedRange<Int64>) -> Int64? {
        let (distance, overflow) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
        guard overflow || distance >= Int64(count) else { return nil }
        let step = Int64(count) - 1
        return isAscending ? range.lowerBound + step : range.upperBound - step
    }

    /// The events in a range that a plan finds, `limit` at most.
    func statement(
        _ plan: Plan, _ range: ClosedRange<Int64>, limit: Int
    ) -> (sql: String, arguments: StatementArguments) {
        let end = " ORDER BY seq \(order) LIMIT ?"
        guard plan.runs.count > 1 else {
            let (sql, arguments) = seqs(plan.runs.first, plan, range)
            return (select(from: sql + end), arguments + [limit])
        }
        var parts: [String] = []
        var arguments = StatementArguments()
        for run in plan.runs {
            let part = seqs(run, plan, range)
            parts.append("SELECT * FROM (\(part.sql)\(end))")
            arguments += part.arguments + [limit]
        }
        let union = parts.joined(separator: " UNION ALL ")
        return (select(from: union + end), arguments + [limit])
    }

    /// The place of the entry of a run that comes after so many others, the last one counted.
    func reach(
        of run: Filter, in range: ClosedRange<Int64>, after count: Int
    ) -> (sql: String, arguments: StatementArguments) {
        let (sql, arguments) = seqs(run, Plan(), range)
        return ("\(sql) ORDER BY seq \(order) LIMIT 1 OFFSET ?", arguments + [count - 1])
    }

    private var order: String { isAscending ? "ASC" : "DESC" }

    private func seqs(
        _ run: Filter?, _ plan: Plan, _ range: ClosedRange<Int64>
    ) -> (sql: String, arguments: StatementArguments) {
        var sql = "SELECT seq FROM events WHERE seq BETWEEN ? AND ?"
        var arguments: StatementArguments = [range.lowerBound, range.upperBound]
        if let run {
            sql += " AND \(run.column) = ?"
            arguments += [run.value]
        }
        for test in plan.tests {
            sql += " AND +\(test.column) \(test.comparison) ?"
            arguments += [test.value]
        }
        if let types = plan.types {
            sql += " AND +type IN (\(types.map(String.init).joined(separator: ", ")))"
        }
        return (sql, arguments)
    }

    private func select(from seqs: String) -> String {
        """
        SELECT e.seq, e.at, t.text, k.text, n.text, e.key, a.text, e.trace_id, e.policy_version,
        e.reason, e.data, e.node
        FROM (\(seqs)) AS s CROSS JOIN events AS e ON e.seq = s.seq
        CROSS JOIN symbols AS t ON t.id = e.type CROSS JOIN symbols AS a ON a.id = e.actor
        LEFT JOIN symbols AS k ON k.id = e.kind LEFT JOIN symbols AS n ON n.id = e.name
        """
    }
}
