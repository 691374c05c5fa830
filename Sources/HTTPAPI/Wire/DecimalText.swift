/// Whole numbers as paths and queries have them.
enum DecimalText {
    /// The number that `text` is; nil when it is none. A plus in front is not how JSON writes
    /// numbers either.
    static func integer(_ text: String) -> Int64? { text.first == "+" ? nil : Int64(text) }
}
