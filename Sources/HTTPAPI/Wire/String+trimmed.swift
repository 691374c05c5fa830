extension StringProtocol {
    /// The text without the spaces and tabs around it, which mean nothing in header fields.
    var trimmed: SubSequence {
        var rest = self[...]
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}
