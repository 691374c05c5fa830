/// A table in plain text: columns as wide as their widest cell, and nothing cut off.
///
/// Cells may hold text from anywhere; it is escaped here, so that no row breaks.
struct Table {
    /// One column: its heading, and at which side its cells stand.
    struct Column {
        /// The heading, as it is printed.
        let title: String
        /// Whether cells stand at the right, as numbers do.
        let isNumber: Bool

        /// A column whose cells stand at the left.
        static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
        /// A column whose cells stand at the right.
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    private let columns: [Column]
    private let hasHeading: Bool
    private var rows: [[String]] = []

    /// An empty table of these columns.
    init(_ columns: [Column]) {
        self.columns = columns
        hasHeading = true
    }

    /// A list of names and values, without a heading.
    init(fields: [(name: String, value: String)]) {
        columns = [.text(""), .text("")]
        hasHeading = false
        for field in fields { add([field.name, field.value]) }
    }

    /// Adds a row, with a cell for every column.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "a cell for every column")
        rows.append(cells.map(Printable.escape))
    }

    /// Whether no row was added.
    var isEmpty: Bool { rows.isEmpty }

    /// The lines, each with its line end; no spaces at the end of a line.
    var text: String {
        let lines = hasHeading ? [columns.map(\.title)] + rows : rows
        let widths = columns.indices.map { index in
            lines.map { TextWidth.columns(of: $0[index]) }.max() ?? 0
        }
        return lines.map { line($0, widths) + "\n" }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let space = String(
                repeating: " ", count: widths[index] - TextWidth.columns(of: cell))
            line += index == 0 ? "" : "  "
            line += columns[index].isNumber ? space + cell : cell + space
        }
        let end = line.lastIndex { $0 != " " }.map { line.index(after: $0) }
        return String(line[..<(end ?? line.startIndex)])
    }
}
