import Resilience

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
