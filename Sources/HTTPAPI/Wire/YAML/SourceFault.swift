/// What is wrong with a text, and where.
package struct SourceFault: Error, Equatable, CustomStringConvertible {
    /// The line, counted from 1; nil when the fault is the whole text's.
    package let line: Int?
    /// The column, counted from 1; nil when the fault is the whole text's.
    package let column: Int?
    /// What is wrong, in words.
    package let reason: String

    /// A fault at a place, or of the whole text.
    package init(_ reason: String, line: Int? = nil, column: Int? = nil) {
        self.reason = reason
        self.line = line
        self.column = column
    }

    /// A fault at the byte at `offset` of `bytes`, whose line and column are counted out.
    package init(_ reason: String, in bytes: [UInt8], offset: Int) {
        let before = bytes.prefix(offset)
        let newline = UInt8(ascii: "\n")
        let start = before.lastIndex(of: newline).map { $0 + 1 } ?? 0
        self.init(
            reason,
            line: before.count { $0 == newline } + 1,
            column: String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1)
    }

    package var description: String {
        guard let line, let column else { return reason }
        return "line \(line), column \(column): \(reason)"
    }
}
