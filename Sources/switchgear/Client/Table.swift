import Resilience

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

/// A column of a table of elements: its heading, and the member that stands in it.
struct MemberColumn: Sendable {
    /// The column.
    let column: Table.Column
    /// The names of the member and of those that it is in, outermost first.
    let path: [String]

    /// A column whose cells stand at the left; `path` may be like `budget/remaining`.
    static func text(_ title: String, _ path: String) -> MemberColumn {
        MemberColumn(.text(title), path)
    }

    /// A column whose cells stand at the right.
    static func number(_ title: String, _ path: String) -> MemberColumn {
        MemberColumn(.number(title), path)
    }

    private init(_ column: Table.Column, _ path: String) {
        self.column = column
        self.path = path.split(separator: "/").map { String($0) }
    }

    /// What stands in it of an element.
    func cell(of element: JSONObject) -> String {
        Cell.text(path.reduce(JSONValue?.some(.object(element))) { $0?.object?[$1] })
    }
}

extension Table {
    /// A table of elements, one a row.
    init(of elements: [JSONObject], _ columns: [MemberColumn]) {
        self.init(columns.map(\.column))
        for element in elements { add(columns.map { $0.cell(of: element) }) }
    }
}

/// How many columns of a terminal a text takes.
enum TextWidth {
    /// The columns of `text`: one a character, two where it is wide (CJK, emoji).
    static func columns(of text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 }
            ? text.utf8.count : text.reduce(0) { $0 + columns(of: $1) }
    }

    private static func columns(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.properties.isEmojiPresentation { return 2 }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x20000...0x3FFFD:
            return 2
        default:
            switch first.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: return 0
            default: return 1
            }
        }
    }
}
