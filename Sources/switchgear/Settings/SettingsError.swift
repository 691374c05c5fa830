/// Why the server does not start: everything that is wrong with how it was set up.
struct SettingsError: Error, CustomStringConvertible {
    /// One line for each fault, naming where it is.
    let lines: [String]

    var description: String { lines.joined(separator: "; ") }
}
